package drift_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/drift"
)

// ownTapes returns the cassettes of the repository.
func ownTapes(t *testing.T) map[string]*cassette.Cassette {
	tapes := map[string]*cassette.Cassette{}
	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".yaml" || !strings.Contains(name, "cassettes") {
			return err
		}
		c, err := cassette.Load(name)
		if err != nil {
			return nil // of a test for what cannot be read
		}
		tapes[filepath.ToSlash(name)] = c
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tapes
}

// TestHalves compares random halves of the answers of each endpoint on the tapes of the
// repository: they are answers to different questions, and of one version of each API.
func TestHalves(t *testing.T) {
	t.Parallel()
	endpoints, err := drift.NewSuite(drift.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	byEndpoint := map[string][]*cassette.Interaction{}
	tapes := ownTapes(t)
	for _, name := range slices.Sorted(maps.Keys(tapes)) {
		for _, i := range tapes[name].Interactions {
			if err := i.Decode(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			contentType, _, _ := strings.Cut(i.Response.Header.Get("Content-Type"), ";")
			endpoint := fmt.Sprint(endpoints.Compare(drift.Place{}, drift.Pair{Old: i}).Endpoint, " ", i.Response.Status, " ", contentType, " ", i.Response.Body.Len() > 0)
			byEndpoint[endpoint] = append(byEndpoint[endpoint], i)
		}
	}
	compared, notices := 0, 0
	rng := rand.New(rand.NewPCG(9, 9))
	for range 20 {
		suite, err := drift.NewSuite(drift.Rules{})
		if err != nil {
			t.Fatal(err)
		}
		var run drift.Run
		for _, endpoint := range slices.Sorted(maps.Keys(byEndpoint)) {
			all := byEndpoint[endpoint]
			rng.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
			old, new := all[:len(all)/2], all[len(all)/2:]
			for _, i := range old {
				if err := suite.Learn(i); err != nil {
					t.Fatal(err)
				}
			}
			for n := range old {
				run.Add(suite.Compare(drift.Place{}, drift.Pair{Old: old[n], New: new[n], Same: true}))
			}
		}
		report := run.Report()
		compared += report.Compared
		for _, d := range report.Differences {
			notices++
			if d.Severity == drift.Breaking {
				t.Errorf("a breaking alarm: %s %s %v", d.Endpoint, d, d.Places)
			}
		}
	}
	t.Logf("%d endpoints, %d pairs, %d notices", len(byEndpoint), compared, notices)
}
