package ginkgovcr_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// modulePath is what our own import paths begin with.
const modulePath = "github.com/seed-e117020a/ginkgo-vcr"

// importRule says what a package may import beside the standard library, and
// why not more. Our own packages are named by their folder.
type importRule struct {
	may []string
	why string
}

// importRules has every package of the module but the examples. Imports run one
// way: media, cassette, then match, redact and drift, recorder, then matchers
// and reporters, vcr.
var importRules = map[string]importRule{
	"vcr/internal/media": {
		why: "it reads what a server sent, and everything else stands on it",
	},
	"vcr/cassette": {
		may: []string{
			"vcr/internal/media", "gopkg.in/yaml.v3",
			"github.com/andybalholm/brotli", "github.com/klauspost/compress/zstd",
		},
		why: "a tape can be read without the code that records or matches it",
	},
	"vcr/match": {
		may: []string{"vcr/internal/media", "vcr/cassette", "github.com/theory/jsonpath", "github.com/theory/jsonpath/spec"},
		why: "whether two requests are equal depends on the requests alone",
	},
	"vcr/redact": {
		may: []string{
			"vcr/internal/media", "vcr/cassette",
			"github.com/theory/jsonpath", "github.com/theory/jsonpath/spec",
		},
		why: "what is a secret depends on the exchange alone, not on how it is recorded or matched; JSONPaths say where users keep theirs",
	},
	"vcr/drift": {
		may: []string{"vcr/internal/media", "vcr/cassette"},
		why: "it compares two recordings, however they were made",
	},
	"vcr/recorder": {
		may: []string{"vcr/internal/media", "vcr/cassette", "vcr/match", "vcr/redact"},
		why: "it works in a plain go test, without Ginkgo and Gomega",
	},
	"vcr/vcrtest": {
		why: "an origin knows nothing of who calls it, or it could not prove what was sent",
	},
	"matchers": {
		may: []string{
			"vcr/internal/media", "vcr/cassette", "vcr/redact", "vcr/recorder",
			"github.com/onsi/gomega/format", "github.com/onsi/gomega/matchers", "github.com/onsi/gomega/types",
		},
		why: "matchers work in a plain go test, without Ginkgo and without Gomega's global fail handler",
	},
	"reporters": {
		may: []string{
			"vcr/internal/media", "vcr/cassette", "vcr/match", "vcr/redact", "vcr/drift", "vcr/recorder",
			"github.com/onsi/ginkgo/v2/types",
		},
		why: "a report is written from Ginkgo's data; only vcr imports Ginkgo itself, which registers flags",
	},
	"vcr": {
		may: []string{
			"vcr/internal/media", "vcr/cassette", "vcr/match", "vcr/redact", "vcr/drift", "vcr/recorder",
			"matchers", "reporters",
			"github.com/onsi/ginkgo/v2", "github.com/onsi/ginkgo/v2/types",
			"golang.org/x/text/unicode/norm",
		},
		why: "it is the face: it ties Ginkgo to the packages below and holds nothing else",
	},
}

func TestImports(t *testing.T) {
	violations, err := importViolations(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		t.Error(violation)
	}
}

func TestImportViolations(t *testing.T) {
	const (
		media   = "vcr/internal/media/json.go"
		ginkgo  = `import "github.com/onsi/ginkgo/v2"`
		match   = `import "` + modulePath + `/vcr/match"`
		because = "it reads what a server sent, and everything else stands on it; it may import the standard library only"
		unruled = "no import rule; add the package to importRules, with its reason"
	)
	cases := []struct {
		name, file, source string
		want               []string
	}{
		{"standard library", media, `package media; import "encoding/json"`, nil},
		{"downwards", "vcr/recorder/recorder.go", "package recorder; " + match, nil},
		{"upwards", media, "package media; " + match, []string{media + ": imports vcr/match: " + because}},
		{"third party", media, "package media; " + ginkgo,
			[]string{media + ": imports github.com/onsi/ginkgo/v2: " + because}},
		{"behind a build tag", media, "//go:build plan9\n\npackage media; " + ginkgo,
			[]string{media + ": imports github.com/onsi/ginkgo/v2: " + because}},
		{"a package without a rule", "vcr/tape/tape.go", "package tape", []string{"vcr/tape: " + unruled}},
		{"the root", "root.go", "package ginkgovcr", []string{".: " + unruled}},
		{"a test", "vcr/internal/media/json_test.go", "package media_test; " + ginkgo, nil},
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
