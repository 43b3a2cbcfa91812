package view_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction/samples"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/view"
)

// A shown tape is JSON on the page.
type shown struct {
	Show, Note     string
	Partial, IsCut bool
	Interactions   []struct {
		Title         string
		Facts         []string
		IsChat        bool
		Asked, Answer []struct {
			Role, Kind, Name, Text string
			Left                   int
		}
		Request, Response struct {
			Head, Body, Kind string
			Left, Size       int
		}
	}
}

func show(t *testing.T, root, path string, room int) (s shown, size, cut int) {
	t.Helper()
	value, cut := view.Tapes(root)(path, room)
	encoded, err := json.Marshal(value)
	if err = errors.Join(err, json.Unmarshal(encoded, &s)); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(string(encoded), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
		t.Errorf("a control or a change of direction is in %q", encoded)
	}
	return s, len(encoded), cut
}

func keep(t *testing.T, root, path string, tape ...*cassette.Interaction) {
	t.Helper()
	c := &cassette.Cassette{Interactions: tape}
	if err := c.Save(filepath.Join(root, path)); err != nil {
		t.Fatal(err)
	}
}

func chat(question, answer string) *cassette.Interaction {
	inJSON := func(text string) string { encoded, _ := json.Marshal(text); return string(encoded) }
	header := http.Header{"Content-Type": {"application/json"}}
	return &cassette.Interaction{
		Request: cassette.Request{Method: "POST", URL: "https://api.openai.com/v1/chat/completions", Header: header,
			Body: cassette.NewBody([]byte(`{"model":"m","messages":[{"role":"user","content":` + inJSON(question) + `}]}`))},
		Response: cassette.Response{Status: 200, Header: header,
			Body: cassette.NewBody([]byte(`{"choices":[{"message":{"role":"assistant","content":` + inJSON(answer) + `}}],"usage":{"prompt_tokens":3,"completion_tokens":4}}`))},
	}
}

func TestConversation(t *testing.T) {
	root := t.TempDir()
	keep(t, root, "a b.yaml", chat("Where?\n\u202e\x1b[31m", "Here."))
	s, _, cut := show(t, root, "a b.yaml", 100_000)
	if want := "vcr show 'a b.yaml'"; s.Show != want || s.Note != "" || s.IsCut || cut != 0 || len(s.Interactions) != 1 {
		t.Fatalf("got %+v, want it whole, by %s", s, want)
	}
	i := s.Interactions[0]
	if got, want := fmt.Sprint(i.Asked, i.Answer, i.Facts), `[{user said  Where?
\u202e\u001b[31m 0}] [{assistant said  Here. 0}] [OpenAI chat m 3 input, 4 output tokens 200 OK]`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got, want := i.Request.Head, "POST https://api.openai.com/v1/chat/completions\nContent-Type: application/json"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestWhatIsNotShown(t *testing.T) {
	root := t.TempDir()
	keep(t, root, "long.yaml", chat(strings.Repeat("a", 5<<20), "Here."), chat("Why?", "So."))
	beside := chat("Where?", strings.Repeat("here ", 100_000))
	keep(t, root, "beside.yaml", beside)
	for name, content := range map[string]string{"wrong.yaml": "ginkgo-vcr: 1\nsuit: x\n", "empty.yaml": "", "newer.yaml": "ginkgo-vcr: 99\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside.yaml")
	keep(t, "", outside, chat("Where?", "Here."))
	if err := os.Symlink(outside, filepath.Join(root, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	const elsewhere = "It is outside of the folder in which this page looks for cassettes."
	for path, want := range map[string]string{
		"gone.yaml": "It cannot be read: ", "wrong.yaml": "It cannot be read: line:2: ", "empty.yaml": "It cannot be read: ", "newer.yaml": "It cannot be read: ",
		"link.yaml": "It cannot be read: is a symbolic link that leads out of its folder", "../outside.yaml": elsewhere, outside: elsewhere, "": elsewhere, ".": "It cannot be read: ",
	} {
		if s, _, _ := show(t, root, path, 100_000); !strings.HasPrefix(s.Note, want) || len(s.Interactions) > 0 {
			t.Errorf("%q: got %q, want %q and no interactions", path, s.Note, want)
		}
	}
	s, _, _ := show(t, root, "beside.yaml", 20_000)
	if got, want := fmt.Sprint(s.Interactions[0].Facts), "[the answer is in a file of its own, and too large for this page]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if s, _, _ := show(t, root, "beside.yaml", 400_000); s.Interactions[0].Response.Size != beside.Response.Body.Len() {
		t.Errorf("got %+v, want the answer where there is room", s)
	}
}

// A tape keeps about to its room, whatever it holds.
func TestRoom(t *testing.T) {
	root := t.TempDir()
	texts := map[string]string{"words": "some words of an answer ", "marks": "<>&\u2028\x00\"\\", "wide": "日本語", "broken": "\xff\xfe"}
	for name, text := range texts {
		var tape []*cassette.Interaction
		for n := range 40 {
			tape = append(tape, chat(strings.Repeat(text, 400*(n%7)), strings.Repeat(text, 3000)))
		}
		tape[0].Request.Header.Set("X-Long", strings.Repeat("h", 9000))
		keep(t, root, name+".yaml", tape...)
		for _, room := range []int{0, 300, 1500, 3000, 20_000, 500_000} {
			s, size, cut := show(t, root, name+".yaml", room)
			if size > 2*room+3000 {
				t.Errorf("%s: %d bytes in a room of %d", name, size, room)
			}
			if len(s.Interactions) > 0 && (cut == 0 || len(s.Interactions) < 40 && !s.IsCut) {
				t.Errorf("%s: %d interactions in a room of %d, and nothing is said to be cut", name, len(s.Interactions), room)
			}
		}
	}
}

// No cut leaves a part of a secret that would be found whole.
func TestSecretsAtCuts(t *testing.T) {
	root := t.TempDir()
	random := rand.New(rand.NewPCG(7, 7))
	for _, kind := range samples.All() {
		secret := kind.Generate(random)
		planted := kind.Before + secret + kind.After
		for before := 500; before < 900; before += 133 {
			text := strings.Repeat("word ", before/5) + planted + " " + strings.Repeat("word ", 2000)
			keep(t, root, "a.yaml", chat(text, text))
			s, _, cut := show(t, root, "a.yaml", 3500)
			if cut != 4 || len(s.Interactions) != 1 {
				t.Fatalf("%s: got %d cuts in %d interactions", kind.Name, cut, len(s.Interactions))
			}
			i := s.Interactions[0]
			for _, shown := range []string{i.Asked[0].Text, i.Answer[0].Text, i.Request.Body, i.Response.Body} {
				if strings.Contains(shown, secret[:len(secret)/2]) {
					t.Errorf("%s after %d bytes: got %q", kind.Name, before, shown)
				}
			}
		}
	}
}
