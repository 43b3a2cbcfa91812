package slug_test

import (
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

func TestOf(t *testing.T) {
	long := strings.Repeat("long ", 20)
	for _, c := range []struct{ about, text, want string }{
		{"a sentence", "answers a basic question", "answers_a_basic_question"},
		{"capitals", "GET /v1/Models", "get_v1_models"},
		{"punctuation at the ends", "…who's there?", "who_s_there"},
		{"punctuation only between", "a, b; c: d", "a_b_c_d"},
		{"a path that leads out", "../../etc/passwd", "etc_passwd"},
		{"backslashes", `C:\tapes`, "c_tapes"},
		{"control characters", "a\x00b\nc", "a_b_c"},
		{"digits", "20 of 1000", "20_of_1000"},
		{"NFC", "caf\u00e9", "caf\u00e9"},
		{"NFD is the same", "cafe\u0301", "caf\u00e9"},
		{"Greek", "Ποια είναι;", "ποια_είναι"},
		{"Chinese", "法国的首都是什么？", "法国的首都是什么"},
		{"Cyrillic", "Столица Франции", "столица_франции"},
		{"capital sharp s", "STRAẞE", "straße"},
		{"a symbol that is dropped", "x > y", "x_y_" + hashOf("x > y")},
		{"and another one", "x < y", "x_y_" + hashOf("x < y")},
		{"an operator", "a+b", "a_b_" + hashOf("a+b")},
		{"a percentage", "100%", "100_" + hashOf("100%")},
		{"an asterisk", "a*b", "a_b_" + hashOf("a*b")},
		{"emoji", "is 😀", "is_" + hashOf("is 😀")},
		{"only emoji", "😀", hashOf("😀")},
		{"a mark without a letter of its own", "हिन्दी", "ह_न_द_" + hashOf("हिन्दी")},
		{"digits of other scripts", "٣ items", "items_" + hashOf("٣ items")},
		{"broken UTF-8", "a\xffb", "a_b_" + hashOf("a\xffb")},
		{"empty", "", hashOf("")},
		{"blank", "  ", hashOf("  ")},
		{"only punctuation", "?!", hashOf("?!")},
		{"a device", "con", "con_" + hashOf("con")},
		{"a device in capitals", "AUX", "aux_" + hashOf("AUX")},
		{"a port", "COM1", "com1_" + hashOf("COM1")},
		{"a port that is none", "com10", "com10"},
		{"eighty bytes", strings.Repeat("a", 80), strings.Repeat("a", 80)},
		{"more than eighty", strings.Repeat("a", 81), strings.Repeat("a", 71) + "_" + hashOf(strings.Repeat("a", 81))},
		{"cut behind a word", long, strings.TrimSuffix(strings.Repeat("long_", 14), "_") + "_l_" + hashOf(long)},
		{"cut between runes", strings.Repeat("é", 41), strings.Repeat("é", 35) + "_" + hashOf(strings.Repeat("é", 41))},
	} {
		if got := slug.Of(c.text); got != c.want {
			t.Errorf("%s: Of(%q) = %q, want %q", c.about, c.text, got, c.want)
		}
	}
}

func hashOf(text string) string { return slug.Hashed("", text) }

func TestPath(t *testing.T) {
	a, b, c := strings.Repeat("a", 80), strings.Repeat("b", 80), strings.Repeat("c", 80)
	for _, test := range []struct {
		segments []string
		want     string
	}{
		{[]string{"chat", "answers"}, "chat/answers.yaml"},
		{[]string{"answers"}, "answers.yaml"},
		{[]string{a, b}, a + "/" + b + ".yaml"},
		{[]string{a, "ccccccccccccccc", b[:78]}, a + "/ccccccccccccccc/" + b[:78] + ".yaml"},
		{[]string{a, "cccccccccccccccc", b[:78]}, a + "/" + hashOf(a+"/cccccccccccccccc/"+b[:78]) + "/" + b[:78] + ".yaml"},
		{[]string{a, c, b, a}, a + "/" + hashOf(path.Join(a, c, b, a)) + "/" + a + ".yaml"},
	} {
		got, err := slug.Path(test.segments)
		if err != nil || got != test.want {
			t.Errorf("Path(%q) = %q, %v, want %q", test.segments, got, err, test.want)
		}
		if len(got) > slug.MaxPath {
			t.Errorf("Path(%q) has %d bytes", test.segments, len(got))
		}
	}
	// Names have several parts, so that one or two nodes can be too long as well.
	deep := path.Join(a, b, c)
	if got, err := slug.Path([]string{deep, "x"}); err == nil {
		t.Errorf("cassettePath of two long nodes = %q, want an error", got)
	}
}

// TestPathsAreSafeAndUnique makes paths of texts that are likely to go wrong.
func TestPathsAreSafeAndUnique(t *testing.T) {
	alphabet := []string{"a", "B", "z", "é", "e\u0301", "ß", "Σ", "ς", "İ", "ı", "K", "ſ", "ǅ", "Ⅷ", "法", "ह", "ि", "😀", "٣", "7", " ", "_", "/", "..", "<", ">", "=", "*", "%", "?", "'", `"`, ":", "\\", "\x00", "\xff", "con", "nul", "com1"}
	random := rand.New(rand.NewPCG(1, 2))
	texts := map[string]string{} // by what may share a path: see canonical
	for len(texts) < 2000 {
		var b strings.Builder
		for range 1 + random.IntN(40) {
			b.WriteString(alphabet[random.IntN(len(alphabet))])
		}
		texts[canonical(b.String())] = b.String()
	}
	seen := map[string]string{}
	for _, text := range texts {
		whole, err := slug.Path([]string{slug.Of("container"), slug.Of(text)})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkFilePath(whole); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if !utf8.ValidString(whole) || strings.Count(whole, "/") != 1 {
			t.Errorf("%q: the path is %q", text, whole)
		}
		folded := foldCase(whole)
		if other, ok := seen[folded]; ok {
			t.Errorf("%q and %q share %q", text, other, whole)
		}
		seen[folded] = text
	}
}

// checkFilePath reports why a path could be no file on some system or in a Go
// module. It is stricter than module.CheckFilePath of golang.org/x/mod: beside
// the slashes and the extension there are letters, ASCII digits and "_" only.
func checkFilePath(whole string) error {
	stem, ok := strings.CutSuffix(whole, slug.Extension)
	if !ok {
		return fmt.Errorf("%q does not end in %s", whole, slug.Extension)
	}
	for segment := range strings.SplitSeq(stem, "/") {
		if segment == "" {
			return fmt.Errorf("%q has an empty segment", whole)
		}
		if device.MatchString(segment) {
			return fmt.Errorf("%q has the name of a device, %q", whole, segment)
		}
		for _, r := range segment {
			if !unicode.IsLetter(r) && (r < '0' || r > '9') && r != '_' {
				return fmt.Errorf("%q has %q", whole, r)
			}
		}
	}
	return nil
}

// device matches the names that Windows reserves, with any extension.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

func TestCheckFilePath(t *testing.T) {
	for _, bad := range []string{"a", "a.yml", ".yaml", "/a.yaml", "a//b.yaml", "../a.yaml", "a b.yaml", "a.b.yaml", "a\\b.yaml", "a:.yaml", "٣.yaml", "ि.yaml", "\xff.yaml", "con.yaml", "nul/a.yaml", "a/COM1.yaml"} {
		if checkFilePath(bad) == nil {
			t.Errorf("checkFilePath(%q) = nil, want an error", bad)
		}
	}
	for _, good := range []string{"a.yaml", "a/b_1.yaml", "法国/é.yaml", "com10.yaml"} {
		if err := checkFilePath(good); err != nil {
			t.Errorf("checkFilePath(%q) = %v", good, err)
		}
	}
}

// canonical is equal for texts that differ in no more than case and punctuation,
// which a path does not keep apart.
func canonical(text string) string {
	return strings.Join(strings.FieldsFunc(foldCase(norm.NFC.String(text)), func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsPunct(r) && r != '*' && r != '%' || unicode.IsSpace(r) || unicode.IsControl(r))
	}), " ")
}

// foldCase returns text as a file system sees it that takes no notice of case.
func foldCase(text string) string {
	var b strings.Builder
	for _, r := range text {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		b.WriteRune(least)
	}
	return b.String()
}

func FuzzOf(f *testing.F) {
	for _, text := range []string{"", "answers", "x > y", "e\u0301", "😀", "con", "İ", "\xff", strings.Repeat("é", 50)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := slug.Of(text)
		if len(name) > slug.MaxSegment {
			t.Errorf("%q has %d bytes", name, len(name))
		}
		if err := checkFilePath(name + slug.Extension); err != nil {
			t.Error(err)
		}
		if again := slug.Of(name); again != name {
			t.Errorf("Of(%q) = %q, and of that %q", text, name, again)
		}
	})
}
