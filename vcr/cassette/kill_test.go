package cassette_test

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// saver names the variable that makes a test process save cassettes to the path
// in it until it is killed.
const saver = "CASSETTE_TEST_SAVE"

func TestMain(m *testing.M) {
	if path := os.Getenv(saver); path != "" {
		fmt.Println("saving")
		for n := 0; ; n++ {
			if err := contents()[n%2].tape.Save(path); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
	}
	os.Exit(m.Run())
}

type content struct {
	tape  *cassette.Cassette
	files []string // beside the cassette
}

// contents are two cassettes with bodies beside them, one of which they share.
func contents() (two [2]content) {
	shared, request := strings.Repeat("shared ", 2<<10), strings.Repeat(`{"a":1} `, 2<<10)
	for n := range two {
		own := strings.Repeat(fmt.Sprint(n), 64<<10)
		c := tape(shared, own, small)
		c.Interactions[n].Request.Body = cassette.NewBody([]byte(request))
		two[n] = content{c, []string{beside(shared, "txt"), beside(own, "txt"), beside(request, "txt")}}
	}
	return two
}

// Whenever a process that saves is killed, the cassette is whole, the old one or
// the new one; and what else it leaves goes when it is old.
func TestKilledSaves(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that another process has open cannot be replaced there")
	}
	for worker := range 2 {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			const kills = 101
			path := filepath.Join(t.TempDir(), "a.yaml")
			random := rand.New(rand.NewPCG(5, uint64(worker)))
			contents := contents()
			save(t, contents[0].tape, path)
			for kill := range kills {
				saveAndKill(t, path, time.Duration(random.IntN(int(5*time.Millisecond))))
				checkWhole(t, path, contents[:])
				if kill%4 == 0 { // a save that is killed must not need one that is not
					save(t, contents[random.IntN(2)].tape, path)
				}
			}
			t.Logf("%d kills left %d files", kills, len(names(t, filepath.Dir(path)))-len(contents[0].files)-1)
			save(t, contents[0].tape, path)
			age(t, filepath.Dir(path))
			checkSaved(t, contents[1].tape, path, append(contents[1].files, "a.yaml")...)
		})
	}
}

// saveAndKill starts a process that saves, and kills it after some time.
func saveAndKill(t *testing.T, path string, after time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), saver+"="+path)
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, len("saving\n"))
	_, err = io.ReadFull(output, ready)
	time.Sleep(after)
	_ = child.Process.Kill()
	rest, _ := io.ReadAll(output)
	_ = child.Wait()
	if err != nil || len(rest) > 0 {
		t.Fatalf("the process that saves said %s%s, error %v", ready, rest, err)
	}
}

// checkWhole looks at what a killed process left.
func checkWhole(t *testing.T, path string, contents []content) {
	t.Helper()
	c, err := cassette.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := show(c); !slices.ContainsFunc(contents, func(c content) bool { return show(c.tape) == got }) {
		t.Fatalf("read is\n%.1000s", got)
	}
	for _, name := range names(t, filepath.Dir(path)) {
		isTemporary := strings.HasPrefix(filepath.Base(name), ".")
		if !isTemporary && name != "a.yaml" && !slices.ContainsFunc(contents, func(c content) bool { return slices.Contains(c.files, name) }) {
			t.Errorf("%s was left behind", name)
		}
	}
}

// age makes all in a folder old but the cassette.
func age(t *testing.T, dir string) {
	t.Helper()
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range names(t, dir) {
		if name != "a.yaml" {
			if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// names are the files in a folder and below it.
func names(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}
