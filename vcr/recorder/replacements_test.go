package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// loginThenAnything answers a login with a token, and anything else with a word.
func loginThenAnything(token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/login" {
			w.Header().Set("Content-Type", ofJSON)
			_, _ = fmt.Fprintf(w, `{"access_token":%q,"kind":"bearer"}`, token)
			return
		}
		_, _ = io.WriteString(w, "done")
	})
}

// sendEdited sends a request to / that edit has changed.
func (d *rig) sendEdited(s *recorder.Session, edit func(*http.Request)) error {
	req := d.request("/")
	edit(req)
	resp, err := s.RoundTrip(req)
	if err == nil {
		d.body(resp)
	}
	return err
}

func settingHeader(name, value string) func(*http.Request) {
	return func(req *http.Request) { req.Header.Set(name, value) }
}

func sendingJSON(text string) func(*http.Request) {
	return func(req *http.Request) {
		req.Header.Set("Content-Type", ofJSON)
		req.Body = io.NopCloser(strings.NewReader(text))
	}
}

// What RedactWith wrote on a tape, and a replayed answer gave to the code, must not
// reach the service. A text that says little only counts under a secret name.
func TestReplacementsAreNotSent(t *testing.T) {
	real := tenantKey("real")
	sent := func(text string) map[string]func(*http.Request) {
		return map[string]func(*http.Request){
			"bearer":     settingHeader("Authorization", "Bearer "+text),
			"secret":     settingHeader("X-Api-Key", text),
			"basic":      func(req *http.Request) { req.SetBasicAuth("user", text) },
			"query":      func(req *http.Request) { req.URL.RawQuery = "token=" + url.QueryEscape(text) },
			"escaped":    sendingJSON(`{"access_token":"` + strings.NewReplacer("-", `\u002d`, "e", `\u0065`, "E", `\u0045`).Replace(text) + `"}`),
			"field":      sendingJSON(`{"access_token":"` + text + `"}`),
			"own header": settingHeader("X-Own", "a "+text),
			"path":       func(req *http.Request) { req.URL = req.URL.JoinPath("bot" + url.PathEscape(text)) },
			"prompt":     sendingJSON(`{"prompt":"it is ` + text + `"}`),
		}
	}
	all := strings.Fields("bearer secret basic query field escaped")
	for _, c := range []struct {
		name    string
		replace string // "" stands for the value itself
		refused []string
		listed  string
	}{
		{"distinct", "FAKE-TOKEN-1", append(all, "own header", "path", "prompt"), "replacements: [FAKE-TOKEN-1]\n"},
		{"words", "fake-token", all, "replacements: [fake-token]\n"},
		{"a dummy", "REDACTED", all, "replacements: [REDACTED]\n"},
		{"a word", "gibberish", all, "replacements: [gibberish]\n"},
		{"true", "true", nil, ""},
		{"a letter", "x", nil, ""},
		{"a number", "0", nil, ""},
		{"the value itself", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, loginThenAnything(real))
			cfg := recorder.Config{RedactWith: func(_, value string) string {
				if c.replace == "" {
					return value
				}
				return c.replace
			}}
			s := d.open(cfg)
			d.get(s, "/login")
			d.end(s, true)
			tape := d.read(d.file())
			header, _, _ := strings.Cut(tape, "---\n")
			equal(t, "header", strings.Contains(header, "replacements: "), c.listed != "")
			equal(t, "listed", strings.Contains(header, c.listed), true)

			cfg.Mode = recorder.NewEpisodes
			given := c.replace
			if given == "" {
				given = real
			}
			for name, edit := range sent(given) {
				s = d.open(cfg)
				if err := d.sendEdited(s, edit); err != nil {
					t.Errorf("%s: before an answer gave it: %v", name, err)
				}
				equal(t, "answer", d.get(s, "/login"), fmt.Sprintf(`{"access_token":%q,"kind":"bearer"}`, given))
				err := d.sendEdited(s, func(req *http.Request) { edit(req); req.URL = req.URL.JoinPath("again") })
				equal(t, name+" is refused", errors.Is(err, recorder.ErrRefused), strings.Contains(" "+strings.Join(c.refused, " ")+" ", " "+name+" "))
				for about, innocent := range map[string]func(*http.Request){
					"nothing": func(*http.Request) {},
					"kind":    sendingJSON(`{"token_type":"bearer","n":0,"ok":true,"x":"x"}`),
					"key":     settingHeader("Authorization", "Bearer "+tenantKey("other")),
				} {
					if err := d.sendEdited(s, innocent); err != nil {
						t.Errorf("%s: %v", about, err)
					}
				}
				d.end(s, true)
				d.write(d.file(), tape)
			}
		})
	}
}

func TestARefusedReplacementIsTold(t *testing.T) {
	const fake = "FAKE-TOKEN-1"
	t.Setenv("UNSEEN_API_KEY", tenantKey("unseen")) // for which nothing is written
	d := newRig(t, loginThenAnything(tenantKey("real")))
	cfg := recorder.Config{RedactWith: func(name, value string) string {
		if name == "secret" {
			return "FAKE-SECRET-2"
		}
		return fake
	}}
	s := d.open(cfg)
	d.get(s, "/login")
	d.end(s, true)
	equal(t, "listed", strings.Join(d.load(d.file()).Replacements, " "), fake)

	s = d.open(recorder.Config{Mode: recorder.NewEpisodes}) // also without the option
	d.get(s, "/login")
	err := d.sendEdited(s, settingHeader("Authorization", "Bearer "+fake))
	equal(t, "error", errorText(err), d.file()+": GET "+d.URL+"/ would be recorded with a text of RedactWith that a replayed answer gave to the code; "+
		"record both in one run, with VCR_RECORD_MODE=all")
	d.get(s, "/more")
	d.end(s, true)
	equal(t, "still listed", strings.Join(d.load(d.file()).Replacements, " "), fake)
	equal(t, "sent", d.Served(), 2)

	// Mode all sends a request whose included answer the code could not go on with.
	cfg.Mode, cfg.Path, cfg.Include = recorder.All, "other.yaml", []string{tapeName}
	s = d.open(cfg)
	equal(t, "answer", strings.Contains(d.get(s, "/login"), fake), false)
	d.end(s, true)
	equal(t, "sent by mode all", d.Served(), 3)
}
