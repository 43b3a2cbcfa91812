package tree

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

func TestSegment(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"", "A text", "a_text"},
		{"chat", "A text", "chat"},
		{"v2/Chat Completion", "A text", "v2/chat_completion"},
		{"x > y", "A text", "x_y_" + slug.Hashed("", "x > y")},
	} {
		if got := segment(c.name, c.text); got != c.want {
			t.Errorf("segment(%q, %q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"", " ", "/a", "a/", "a//b", "..", "a/../b", "./a", `a\b`, `\\host\share`, strings.Repeat("a", 81), strings.Repeat("a/", 91)} {
		if CheckName(name) == nil {
			t.Errorf("CheckName(%q) = nil, want an error", name)
		}
	}
	for _, name := range []string{"a", "a/b", "A text: with punctuation", "...", strings.Repeat("a", 80)} {
		if err := CheckName(name); err != nil {
			t.Errorf("CheckName(%q) = %v", name, err)
		}
	}
}

// TestClaimsFoldCase checks that texts which a file system may take for one are
// one claim, so that their specs are told.
func TestClaimsFoldCase(t *testing.T) {
	for _, c := range [][2]string{{"chat", "CHAT"}, {"s", "ſ"}, {"k", "K"}, {"σ", "ς"}, {"ß", "ẞ"}, {"ǆ", "ǅ"}, {"é", "É"}, {"法", "法"}} {
		if a, b := fileKey(slug.Of(c[0])), fileKey(slug.Of(c[1])); a != b {
			t.Errorf("%q and %q have the claims %q and %q", c[0], c[1], a, b)
		}
	}
	if fileKey(slug.Of("a")) == fileKey(slug.Of("b")) {
		t.Error("all claims are equal")
	}
}
