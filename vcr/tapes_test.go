package vcr_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// tapes maps the path of each cassette to its interactions, as "METHOD /path".
// A partial cassette has " (partial)" behind its path.
func (w *world) tapes() map[string][]string {
	GinkgoHelper()
	return tapesIn(filepath.Join(w.dir, "cassettes"))
}

func tapesIn(dir string) map[string][]string {
	GinkgoHelper()
	tapes := map[string][]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		c, err := cassette.Load(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		if c.Partial {
			name += " (partial)"
		}
		tapes[name] = []string{}
		for _, i := range c.Interactions {
			_, rest, _ := strings.Cut(i.Request.URL, "://")
			_, path, _ := strings.Cut(rest, "/")
			tapes[name] = append(tapes[name], i.Request.Method+" /"+path)
		}
		return nil
	})
	if !os.IsNotExist(err) {
		Expect(err).NotTo(HaveOccurred())
	}
	return tapes
}

// file returns the path of a file in the folder of the cassettes.
func (w *world) file(name string) string {
	return filepath.Join(w.dir, "cassettes", filepath.FromSlash(name))
}

// write puts text where a cassette could be.
func (w *world) write(name, text string) {
	GinkgoHelper()
	Expect(os.MkdirAll(filepath.Dir(w.file(name)), 0o777)).To(Succeed())
	Expect(os.WriteFile(w.file(name), []byte(text), 0o600)).To(Succeed())
}

// read returns the text of a cassette.
func (w *world) read(name string) string {
	GinkgoHelper()
	text, err := os.ReadFile(w.file(name))
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// tape writes a cassette as if these requests, such as "GET /path", had been
// recorded. The answers begin with "taped", which the origin never says.
func (w *world) tape(name string, requests ...string) {
	GinkgoHelper()
	w.agedTape(name, 0, requests...)
}

// agedTape is tape for requests that were recorded some days ago; 0 stands for no date.
func (w *world) agedTape(name string, days int, requests ...string) {
	GinkgoHelper()
	var recorded time.Time
	if days > 0 {
		recorded = time.Now().AddDate(0, 0, -days)
	}
	c := &cassette.Cassette{Suite: "example.com/fixtures/scenarios", Spec: "taped"}
	for _, request := range requests {
		method, path, _ := strings.Cut(request, " ")
		c.Interactions = append(c.Interactions, &cassette.Interaction{
			Request:  cassette.Request{Method: method, URL: w.origin.URL + path},
			Response: cassette.Response{Status: http.StatusOK, Body: cassette.NewBody([]byte("taped " + request))},
			Recorded: recorded,
		})
	}
	err := c.Save(w.file(name))
	Expect(err).NotTo(HaveOccurred())
}
