package project_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// importRule says what a package may import beside the standard library, and
// why not more. Our own packages are named by their folder.
type importRule struct {
	may []string
	why string
}

// importRules has every package of the module but the examples. Imports run one
// way: media, cassette, redaction, matching, recorder, then matchers and
// reporters, then vcr. The packages that know Ginkgo's tree and the default
// transport know nothing of recording.
var importRules = map[string]importRule{
	"vcr/internal/media": {
		may: []string{"github.com/andybalholm/brotli", "github.com/klauspost/compress/zstd"},
		why: "it reads what a server sent, and everything else stands on it",
	},
	"vcr/internal/disk": {
		why: "it writes files, whatever is in them",
	},
	"vcr/internal/rows": {
		why: "how a stream is shown depends on its text alone",
	},
	"vcr/internal/wire": {
		why: "what HTTP can carry is the same for who reads a tape and who records",
	},
	"vcr/cassette": {
		may: []string{"vcr/internal/media", "vcr/internal/rows", "vcr/internal/disk", "vcr/internal/wire", "gopkg.in/yaml.v3"},
		why: "a tape can be read without the code that records or matches it",
	},
	"vcr/internal/jsonrpc": {
		may: []string{"vcr/internal/media"},
		why: "it knows one protocol, and neither tapes nor rules",
	},
	"vcr/internal/matching": {
		may: []string{"vcr/internal/media", "vcr/internal/jsonrpc", "vcr/internal/redaction", "vcr/cassette", "vcr/match", "github.com/theory/jsonpath", "github.com/theory/jsonpath/spec"},
		why: "whether two requests are equal depends on the requests alone; redaction says what a placeholder is",
	},
	"vcr/match": {
		why: "it is words and functions that users name, and no more",
	},
	"vcr/internal/redaction": {
		may: []string{
			"vcr/internal/media", "vcr/cassette",
			"github.com/theory/jsonpath", "github.com/theory/jsonpath/spec",
		},
		why: "what is a secret depends on the exchange alone, not on how it is recorded or matched; JSONPaths say where users keep theirs",
	},
	"vcr/internal/redaction/samples": {
		why: "tests alone use it, beside the code that it checks",
	},
	"vcr/internal/instants": {
		may: []string{"vcr/internal/media", "vcr/cassette", "github.com/theory/jsonpath", "github.com/theory/jsonpath/spec"},
		why: "where an answer says when depends on the answer alone",
	},
	"internal/usage": {
		may: []string{"gopkg.in/yaml.v3"},
		why: "sums and prices depend on numbers alone, so that reports add them up without a tape",
	},
	"vcr/internal/chat": {
		may: []string{"internal/usage", "vcr/cassette", "vcr/internal/media"},
		why: "what a model was asked and said depends on the exchange alone, not on how it was recorded or matched",
	},
	"vcr/internal/title": {
		may: []string{"vcr/cassette", "vcr/internal/chat"},
		why: "the name of an interaction depends on its request alone, and is the same wherever it is listed",
	},
	"internal/page": {
		why: "it writes plain values, whoever put them together",
	},
	"vcr/internal/view": {
		may: []string{"vcr/cassette", "vcr/internal/chat", "vcr/internal/disk", "vcr/internal/media", "vcr/internal/process", "vcr/internal/redaction", "vcr/internal/title"},
		why: "how a tape looks depends on the tape alone",
	},
	"vcr/internal/drift": {
		may: []string{"vcr/internal/media", "vcr/internal/jsonrpc", "vcr/cassette"},
		why: "how answers differ depends on the answers alone, whoever recorded them",
	},
	"vcr/internal/process": {
		why: "it tells what a process knows of itself",
	},
	"vcr/internal/budget": {
		may: []string{"vcr/internal/disk"},
		why: "it counts the calls of a run, whoever makes them and whatever they ask",
	},
	"vcr/internal/slug": {
		may: []string{"golang.org/x/text/unicode/norm"},
		why: "a path follows from texts alone",
	},
	"vcr/internal/choice": {
		may: []string{"vcr/cassette", "vcr/internal/matching", "vcr/internal/process"},
		why: "which recordings a user names depends on the tape and the words alone",
	},
	"vcr/internal/harness": {
		may: []string{"vcr/internal/choice", "vcr/internal/matching", "vcr/internal/redaction"},
		why: "it is what a test framework and the recorder tell each other, and knows neither",
	},
	"vcr/recorder": {
		may: []string{"vcr/internal/media", "vcr/internal/jsonrpc", "vcr/internal/disk", "vcr/internal/wire", "vcr/cassette", "vcr/match", "vcr/internal/matching", "vcr/internal/redaction", "vcr/internal/drift", "vcr/internal/instants", "vcr/internal/chat", "vcr/internal/title", "vcr/internal/budget", "internal/usage", "vcr/internal/process", "vcr/internal/slug", "vcr/internal/choice", "vcr/internal/harness"},
		why: "it works in a plain go test, without Ginkgo and Gomega",
	},
	"vcr/internal/project": {
		why: "it has only tests",
	},
	"vcr/vcrtest": {
		why: "an origin knows nothing of who calls it, or it could not prove what was sent",
	},
	"matchers": {
		may: []string{
			"vcr/cassette", "vcr/recorder",
			"github.com/onsi/gomega/format", "github.com/onsi/gomega/matchers", "github.com/onsi/gomega/types",
		},
		why: "matchers work in a plain go test, without Ginkgo and without Gomega's global fail handler",
	},
	"reporters": {
		may: []string{"internal/usage", "vcr/cassette", "vcr/recorder", "internal/page", "github.com/onsi/ginkgo/v2/types"},
		why: "a report is written from Ginkgo's data; only vcr imports Ginkgo itself, which registers flags",
	},
	"vcr/internal/tree": {
		may: []string{"vcr/internal/disk", "vcr/internal/process", "vcr/internal/slug", "github.com/onsi/ginkgo/v2", "github.com/onsi/ginkgo/v2/types"},
		why: "it knows Ginkgo's tree of specs and the paths that follow from it, not what is recorded there",
	},
	"vcr/internal/intercept": {
		may: []string{"golang.org/x/net/dns/dnsmessage"},
		why: "it knows how net/http sends a request, not who records it",
	},
	"vcr": {
		may: []string{"internal/usage", "vcr/cassette", "vcr/match", "vcr/internal/disk", "vcr/internal/matching", "vcr/internal/redaction", "vcr/internal/drift", "vcr/internal/instants", "vcr/internal/budget", "vcr/recorder", "vcr/internal/process", "vcr/internal/slug", "vcr/internal/choice", "vcr/internal/harness", "vcr/internal/tree", "vcr/internal/intercept", "vcr/internal/view", "reporters", "github.com/onsi/ginkgo/v2", "github.com/onsi/ginkgo/v2/types", "github.com/onsi/gomega/format"},
		why: "it is the face: it ties Ginkgo and Gomega to the packages below and holds nothing else",
	},
}

func TestImports(t *testing.T) {
	violations, err := importViolations(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		t.Error(violation)
	}
}

func TestImportViolations(t *testing.T) {
	const (
		disk    = "vcr/internal/disk/disk.go"
		ginkgo  = `import "github.com/onsi/ginkgo/v2"`
		match   = `import "` + modulePath + `/vcr/match"`
		because = "it writes files, whatever is in them; it may import the standard library only"
		unruled = "no import rule; add the package to importRules, with its reason"
	)
	cases := []struct {
		name, file, source string
		want               []string
	}{
		{"standard library", disk, `package disk; import "encoding/json"`, nil},
		{"downwards", "vcr/recorder/recorder.go", "package recorder; " + match, nil},
		{"upwards", disk, "package disk; " + match, []string{disk + ": imports vcr/match: " + because}},
		{"third party", disk, "package disk; " + ginkgo,
			[]string{disk + ": imports github.com/onsi/ginkgo/v2: " + because}},
		{"behind a build tag", disk, "//go:build plan9\n\npackage disk; " + ginkgo,
			[]string{disk + ": imports github.com/onsi/ginkgo/v2: " + because}},
		{"a package without a rule", "vcr/tape/tape.go", "package tape", []string{"vcr/tape: " + unruled}},
		{"the root", "root.go", "package ginkgovcr", []string{".: " + unruled}},
		{"a test", "vcr/internal/disk/disk_test.go", "package disk_test; " + ginkgo, nil},
		{"an example", "examples/chat/chat.go", "package chat; " + ginkgo, nil},
		{"a fixture", "vcr/_fixtures/once/once.go", "package once; " + ginkgo, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := importViolations(fstest.MapFS{c.file: {Data: []byte(c.source)}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestContributing checks that CONTRIBUTING.md names every package with a rule
// and every module that go.mod requires directly.
func TestContributing(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	required, _, _ := strings.Cut(string(gomod), "// indirect")
	modules := regexp.MustCompile(`(?m)^(?:require )?\t?(\S+\.\S+/\S+) v\S+$`).FindAllStringSubmatch(required, -1)
	if len(modules) < 3 {
		t.Fatalf("go.mod: found the modules %q", modules)
	}
	for _, module := range modules {
		if !strings.Contains(string(text), "`"+module[1]+"`") {
			t.Errorf("CONTRIBUTING.md: no reason for %s", module[1])
		}
	}
	for folder := range importRules {
		if _, err := os.Stat(filepath.Join(root, folder)); err == nil && !strings.Contains(string(text), "    "+folder+"/ ") {
			t.Errorf("CONTRIBUTING.md: the layout lacks %s/", folder)
		}
	}
}

// importViolations returns a line for each import that importRules forbids and
// for each package that it does not have. Tests, examples, fixtures and nested
// modules are free.
func importViolations(tree fs.FS) ([]string, error) {
	var violations []string
	unruled := make(map[string]bool)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(tree, name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		folder := path.Dir(name)
		rule, ok := importRules[folder]
		if !ok {
			if !unruled[folder] {
				unruled[folder] = true
				violations = append(violations, folder+": no import rule; add the package to importRules, with its reason")
			}
			return nil
		}
		imports, err := importsOf(tree, name)
		if err != nil {
			return err
		}
		for _, imported := range imports {
			if !rule.allows(imported) {
				violations = append(violations, fmt.Sprintf("%s: imports %s: %s", name, short(imported), rule))
			}
		}
		return nil
	})
	return violations, err
}

// skipFolder returns fs.SkipDir for a folder whose packages have no rule.
func skipFolder(tree fs.FS, folder string) error {
	if folder == "." {
		return nil
	}
	base := path.Base(folder)
	if folder == "examples" || base == "testdata" || base[0] == '_' || base[0] == '.' {
		return fs.SkipDir
	}
	switch _, err := fs.Stat(tree, folder+"/go.mod"); {
	case err == nil:
		return fs.SkipDir
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return err
	}
}

// importsOf returns the import paths of a file, whatever its build constraint.
func importsOf(tree fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var imports []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		imports = append(imports, imported)
	}
	return imports, nil
}

// short returns an import path as the rules name it: ours by its folder.
func short(imported string) string {
	return strings.TrimPrefix(imported, modulePath+"/")
}

// allows reports whether the rule permits an import.
func (r importRule) allows(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	standard := !strings.Contains(first, ".")
	return standard || slices.Contains(r.may, short(imported))
}

// String returns the reason and what the rule permits.
func (r importRule) String() string {
	if len(r.may) == 0 {
		return r.why + "; it may import the standard library only"
	}
	return r.why + "; it may import the standard library, " + strings.Join(r.may, ", ")
}
