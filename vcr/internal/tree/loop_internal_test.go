package tree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
)

func TestDistinctCall(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a slice of texts":       {`for _, prompt := range prompts { It("asks", func() { ask(prompt) }) }`, `It(fmt.Sprintf("asks %v", prompt), …)`},
		"a map":                  {`for name, c := range cases { It("asks", func() { ask(c.model) }) }`, `It(fmt.Sprintf("asks %v", name), …)`},
		"the keys of a map":      {`for name := range cases { It("asks", func() { ask(name) }) }`, `It(fmt.Sprintf("asks %v", name), …)`},
		"a field that tells":     {`for n, c := range cases { It("asks", func() { c.run(c.model, c.Title, n) }) }`, `It(fmt.Sprintf("asks %v", c.Title), …)`},
		"a field":                {`for _, c := range cases { It("asks", func() { Expect(ask(c.model)).To(c.matches()) }) }`, `It(fmt.Sprintf("asks %v", c.model), …)`},
		"a counter":              {`for n := 0; n < 3; n++ { It("asks", ask) }`, `It(fmt.Sprintf("asks %v", n), …)`},
		"a number of times":      {`for range 3 { It("asks", ask) }`, `It(fmt.Sprintf("asks %v", name), …)`},
		"a condition":            {`for more() { It("asks", ask) }`, `It(fmt.Sprintf("asks %v", name), …)`},
		"no loop":                {`It("asks", ask)`, `It(fmt.Sprintf("asks %v", name), …)`},
		"two loops":              {`for _, m := range models { for _, p := range prompts { It("asks", func() { ask(m, p) }) } }`, `It(fmt.Sprintf("asks %v", p), …)`},
		"another function":       {`for _, p := range prompts { ginkgo.Specify("asks", ask) }`, `Specify(fmt.Sprintf("asks %v", p), …)`},
		"a text that is made":    {`for _, p := range prompts { It(text(), ask) }`, `It(fmt.Sprintf("asks %v", p), …)`},
		"what is no Go any more": {`for _, p := range prompts { It("asks"`, `It(fmt.Sprintf("asks %v", name), …)`},
	} {
		file := filepath.Join(t.TempDir(), "asks_test.go")
		source := "package asks\n\nfunc specs() {\n\t" + strings.ReplaceAll(strings.ReplaceAll(c.body, "{ ", "{\n"), " }", "\n}") + "\n}\n"
		if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		line := 1
		for text := range strings.Lines(source) {
			if strings.Contains(text, "asks\"") || strings.Contains(text, "It(") {
				break
			}
			line++
		}
		path := []*node{{text: "chat", location: types.CodeLocation{FileName: file, LineNumber: 1}}, {text: "asks", location: types.CodeLocation{FileName: file, LineNumber: line}}}
		if got := distinctCall(path); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	if got, want := distinctCall([]*node{{text: "asks", location: types.CodeLocation{FileName: "example.com/trimmed_test.go", LineNumber: 7}}}), `It(fmt.Sprintf("asks %v", name), …)`; got != want {
		t.Errorf("without a source: got %s, want %s", got, want)
	}
}
