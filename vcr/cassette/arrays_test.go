package cassette_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// numbers returns an array of so many numbers, as an API sends it.
func numbers(count int, first float64) string {
	list := make([]string, count)
	for n := range list {
		list[n] = fmt.Sprintf("%.8f", first+float64(n)*-0.0000123)
	}
	return "[" + strings.Join(list, ",") + "]"
}

const embeddingHead = `{"object":"list","data":[{"object":"embedding","index":0,"embedding":`

func answerWith(array string) string {
	return embeddingHead + array + `}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}` + "\n"
}

// The numbers of an embedding are beside the cassette, and the rest of the answer in it.
func TestLargeArrays(t *testing.T) {
	root := t.TempDir()
	array := numbers(1536, 0.0023)
	c := &cassette.Cassette{Interactions: []*cassette.Interaction{get("http://tape.test/", answerWith(array)), get("http://tape.test/", "\n"+answerWith(array)), get("http://tape.test/", "["+array+","+array+`,"<x>"]`)}}
	for _, name := range []string{"a.yaml", "b/c.yaml"} {
		if _, err := c.SaveWith(disk.Replace, root, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		if got := show(load(t, filepath.Join(root, name))); got != show(c) {
			t.Errorf("read is\n%.3000s", got)
		}
	}
	checkFiles(t, root, beside(array, "json"), "a.yaml", "b/c.yaml")
	shown := `
  body:
    json: |
      {
        "object": "list",
        "data": [
          {
            "object": "embedding",
            "index": 0,
            "embedding": <` + named(array, "json") + `>
          }
        ],
        "model": "text-embedding-3-small",
        "usage": {"prompt_tokens": 8, "total_tokens": 8}
      }
---
`
	if data := readFile(t, filepath.Join(root, "a.yaml")); !strings.Contains(data, shown) {
		t.Errorf("the cassette is\n%s", data)
	}
	if data := readFile(t, filepath.Join(root, beside(array, "json"))); data != array {
		t.Errorf("the file holds\n%s", data)
	}

	// Decoded later, changed or saved elsewhere, it is the same.
	path := filepath.Join(root, "a.yaml")
	later := parseFile(t, path, disk.Bodies(path))
	elsewhere := filepath.Join(t.TempDir(), "a.yaml")
	save(t, later, elsewhere)
	if readFile(t, elsewhere) != readFile(t, path) || show(load(t, elsewhere)) != show(c) {
		t.Errorf("saved elsewhere is\n%s", readFile(t, elsewhere))
	}
	if got := show(parse(t, load(t, path).Encode())); got != show(c) {
		t.Errorf("encoded is\n%.3000s", got)
	}
	for _, name := range []string{"a.yaml", "b/c.yaml"} {
		if _, err := tape(small).SaveWith(disk.Replace, root, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	checkFiles(t, root, "a.yaml", "b/c.yaml")
}

func TestArraysThatStay(t *testing.T) {
	for name, c := range map[string]struct {
		limit int
		body  string
	}{
		"a short array":   {0, answerWith(numbers(100, 0.1))},
		"an array of two": {0, "[" + numbers(1000, 0.1) + "," + numbers(1000, 0.2) + "]"},
		"no limit":        {-1, answerWith(numbers(3000, 0.1))},
		"numbers in text": {0, `{"text":"` + numbers(3000, 0.1) + `"}`},
		"a word in it":    {0, `[` + strings.Repeat("0.12345678,", 3000) + `null]`},
	} {
		path := filepath.Join(t.TempDir(), "a.yaml")
		tape := &cassette.Cassette{BodyLimit: c.limit, Interactions: []*cassette.Interaction{get("http://tape.test/", c.body)}}
		t.Run(name, func(t *testing.T) { checkSaved(t, tape, path, "a.yaml") })
	}
}

// Only arrays of numbers are put into JSON, and no more of them than a file may hold.
func TestHostileArrays(t *testing.T) {
	dir := t.TempDir()
	long := "[" + strings.Repeat("0,", 1<<20) + "0]"
	text := `{"no":"array"}`
	for _, body := range []string{text, long, "[]", ""} {
		writeFile(t, filepath.Join(dir, beside(body, "json")), body)
	}
	first := head + whole + "  body:\n    json: |-\n      {\n        \"a\": "
	for _, c := range []struct{ shown, message string }{
		{"<" + named(text, "json") + ">}", "11: response.body.json: " + named(text, "json") + " is not an array of numbers" + mend},
		{"<" + named("", "json") + ">}", "11: response.body.json: " + named("", "json") + " is not an array of numbers" + mend},
		{"<0123456789abcdef.json>}", "11: response.body.json: 0123456789abcdef.json is in no folder _bodies beside the cassette or above it" + restore},
		{"<" + named("[]", "txt") + ">}", "11: response.body.json: invalid JSON: invalid character '<' looking for beginning of value" + mend},
		{"<../" + named("[]", "json") + ">}", "11: response.body.json: invalid JSON: invalid character '<' looking for beginning of value" + mend},
		{"<" + named("[]", "json") + "}", "11: response.body.json: invalid JSON: invalid character '<' looking for beginning of value" + mend},
		{"[" + strings.Repeat("<"+named(long, "json")+">,", 100) + "1]}", "11: response.body.json: with " + named(long, "json") + " the arrays beside the cassette are more than 134217728 bytes; delete it and record this spec again"},
	} {
		path := filepath.Join(dir, "a.yaml")
		writeFile(t, path, first+c.shown+"\n")
		_, err := cassette.Load(path)
		if want := path + ":" + c.message; err == nil || err.Error() != want {
			t.Errorf("%.60s: the error is\n\t%v\nnot\n\t%s", c.shown, err, want)
		}
	}
	writeFile(t, filepath.Join(dir, "a.yaml"), first+"<"+named("[]", "json")+">, \"b\": \"<"+named(text, "json")+">\"}\n")
	if got := load(t, filepath.Join(dir, "a.yaml")).Interactions[0].Response.Body.String(); got != `{"a":[],"b":"<`+named(text, "json")+`>"}` {
		t.Errorf("read is %q", got)
	}
}
