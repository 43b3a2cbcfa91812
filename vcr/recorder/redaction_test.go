package recorder_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/redaction"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The service sees the secrets that are sent, and the tape sees none of them: not
// even where one stood before it was known to be one.
func TestTheWireIsUntouched(t *testing.T) {
	key, tenant := "planted0"+"key0of0mine", "planted0"+"tenant1"
	var seen []string
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, r.RequestURI, r.Header.Get("Authorization"), r.Header.Get("X-Tenant"), string(body))
		_, _ = io.WriteString(w, "your key is "+key)
	}))
	s := d.open(recorder.Config{RedactHeaders: []string{"X-Tenant"}, RedactBody: []string{"$.email"}})
	equal(t, "first answer", d.get(s, "/bot"+key+"/me"), "your key is "+key)
	req, err := http.NewRequest(http.MethodPost, d.URL+"/"+tenant, strings.NewReader(`{"email":"me@home.example"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + key}, "X-Tenant": {tenant}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "second answer", d.body(resp), "your key is "+key)
	d.end(s, true)
	equal(t, "on the wire", strings.Join(seen, " "), "/bot"+key+"/me    /"+tenant+" Bearer "+key+" "+tenant+` {"email":"me@home.example"}`)
	tape, err := os.ReadFile(d.file())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{key, tenant, "me@home"} {
		equal(t, secret+" on the tape", strings.Contains(string(tape), secret), false)
	}
}

func TestRulesThatAreWrong(t *testing.T) {
	for want, cfg := range map[string]recorder.Config{
		"tape.yaml: redact: an empty name among the query parameters; remove it, or write the name": {RedactQuery: []string{""}},
		`tape.yaml: redact: RedactQuery and KeepQuery both name "tenant"; remove it from one of them`: {
			RedactQuery: []string{"tenant"}, KeepQuery: []string{"Tenant"}},
		`tape.yaml: redact: RedactBody and KeepBody both name "$..email"; remove it from one of them`: {
			RedactBody: []string{"$..email"}, KeepBody: []string{"email"}},
	} {
		cfg.Path = "tape.yaml"
		if _, err := recorder.Open(cfg); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Redaction waits for a pause, and a test may take its variables back before that,
// change them, or set them late.
func TestVariablesThatChange(t *testing.T) {
	const variable, first, second = "SHOP_API_KEY", "EnvSecretValue77", "OtherKeyyy88"
	for name, change := range map[string]func(){
		"taken back": func() { _ = os.Unsetenv(variable) },
		"changed":    func() { _ = os.Setenv(variable, second) },
		"set late":   func() {},
	} {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, counting())
			t.Setenv(variable, first) // which puts it back
			if name == "set late" {
				_ = os.Unsetenv(variable)
			}
			s := d.open(recorder.Config{})
			d.get(s, "/"+first)
			change()
			d.get(s, "/"+second+"/"+first)
			if name == "set late" {
				_ = os.Setenv(variable, first)
			}
			d.end(s, true)
			tape := d.read(d.file())
			if strings.Contains(tape, first) || name == "changed" && strings.Contains(tape, second) || !strings.Contains(tape, "[redacted:") {
				t.Errorf("the tape holds\n%s", tape)
			}
		})
	}
}

// Put together at run time, so that no file holds what looks like a key.
var guarded = "gu4rd" + "-0123456789abcdef"

// guard lets in only who says the secret in all places, and tells it again.
func guard() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer "+guarded || r.URL.Query().Get("key") != guarded ||
			r.URL.Path != "/bot"+guarded+"/send" || !strings.HasPrefix(string(body), `{"client_secret":"`+guarded+`"}`) {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", ofJSON)
		_, _ = io.WriteString(w, `{"access_token":"`+guarded+`"}`)
	})
}

// The service and the code under test get what they would get without a tape, and
// the tape has none of it.
func TestWhatIsOnTheWireIsNotRedacted(t *testing.T) {
	small := `{"client_secret":"` + guarded + `"}`
	for name, body := range map[string]string{
		"read before it is sent": small,
		"sent while it is read":  small + strings.Repeat(" ", 2<<20),
	} {
		t.Run(name, func(t *testing.T) {
			d := newRig(t, guard())
			s := d.open(recorder.Config{})
			req, err := http.NewRequest(http.MethodPost, d.URL+"/bot"+guarded+"/send?key="+guarded, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header = http.Header{"Authorization": {"Bearer " + guarded}, "Content-Type": {ofJSON}}
			url, header, length := req.URL.String(), req.Header.Clone(), req.ContentLength
			resp, err := s.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "status", resp.StatusCode, http.StatusOK)
			equal(t, "answer", d.body(resp), `{"access_token":"`+guarded+`"}`)
			equal(t, "URL of the caller's request", req.URL.String(), url)
			equal(t, "header of the caller's request", maps.EqualFunc(req.Header, header, slices.Equal[[]string]), true)
			equal(t, "length of the caller's request", req.ContentLength, length)
			d.end(s, true)

			tape := d.load(d.file()).Interactions[0]
			_, hidden, _ := strings.Cut(tape.Request.URL, "key=") // has the name under which it was found first
			equal(t, "URL", tape.Request.URL, d.URL+"/bot"+hidden+"/send?key="+hidden)
			equal(t, "request", strings.TrimSpace(tape.Request.Body.String()), `{"client_secret":"`+hidden+`"}`)
			equal(t, "response", tape.Response.Body.String(), `{"access_token":"`+hidden+`"}`)
			for _, text := range filesIn(t, d.dir) {
				equal(t, "on the tape", strings.Contains(text, guarded), false)
			}
		})
	}
}

// In replay a dummy stands where the secret was, which nobody tells the session.
func TestASecretThatIsAnotherOneInReplay(t *testing.T) {
	d := newRig(t, counting())
	const secret = "a-secret" + "-of-the-user"
	s := d.openSpec(recorder.Config{}, harness.Spec{Redaction: redaction.Rules{Secrets: func() []redaction.Secret { return []redaction.Secret{{Name: "KEY", Value: secret}} }}})
	recorded := d.get(s, "/bot"+secret+"/send")
	d.end(s, true)
	equal(t, "recorded", recorded, "sent 1 /bot"+secret+"/send")

	s = d.open(recorder.Config{Mode: recorder.None})
	equal(t, "replayed", d.get(s, "/bottest/send"), "sent 1 /bot[redacted:key]/send")
	_, err := s.Client().Get(d.URL + "/bottest/send")
	equal(t, "used up", errors.Is(err, recorder.ErrMiss), true)
	_, err = s.Client().Get(d.URL + "/bottest/receive")
	equal(t, "another path", errors.Is(err, recorder.ErrMiss), true)
	equal(t, "sent", d.Served(), 1)
}

// What the headers of a request teach holds for its own URL as well, where it is
// not compared with anything; what later ones teach, for what is said later.
func TestRequestsPastTheTapeAreShownRedacted(t *testing.T) {
	d := newRig(t, counting())
	const early, late = "early-" + "0123456789abcdef", "late-" + "0123456789abcdef"
	send := func(s *recorder.Session, path, authorization string) error {
		req := d.request(path)
		req.Header.Set("Authorization", authorization)
		resp, err := s.RoundTrip(req)
		if err == nil {
			_ = d.body(resp)
		}
		return err
	}
	s := d.open(recorder.Config{Mode: recorder.Live})
	for _, request := range [][2]string{{"/1/" + early, "Bearer " + early}, {"/2/" + late, ""}, {"/3", "Bearer " + late}} {
		if err := send(s, request[0], request[1]); err != nil {
			t.Fatal(err)
		}
	}
	want := "GET " + d.URL + "/1/[redacted:authorization], GET " + d.URL + "/2/[redacted:authorization], GET " + d.URL + "/3"
	equal(t, "live", strings.ReplaceAll(strings.Join(s.Snapshot().Live, ", "), ":2]", "]"), want)

	const dummy = "stands-in-for-a-key"
	s = d.openSpec(recorder.Config{}, harness.Spec{Dummies: func() []harness.Dummy { return []harness.Dummy{{Variable: "SOME_KEY", Value: dummy}} }})
	err := send(s, "/1/"+early+"?api_key="+dummy, "Bearer "+early)
	equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
	equal(t, "refusal", strings.Contains(err.Error(), "GET "+d.URL+"/1/[redacted:authorization]?api_key=[redacted:api_key] would be recorded"), true)
}

// The error of a cassette that was edited quotes what is wrong in it.
func TestAnUnreadableCassetteIsToldRedacted(t *testing.T) {
	key := "gh" + "p_" + strings.Repeat("a1B2c3D4", 5)
	const request = "ginkgo-vcr: 1\n---\nrequest:\n  method: GET\n  url: ORIGIN/\n"
	for _, text := range []string{
		"ginkgo-vcr: " + key + "\n",
		"ginkgo-vcr: 1\n" + key + ": 1\n",
		request + "response:\n  status: " + key + "\n",
		request + "response:\n  status: 200\n  body:\n    file: " + key + "\n",
	} {
		d := newRig(t, nil)
		d.write(d.file(), strings.ReplaceAll(text, "ORIGIN", d.URL))
		s := d.open(recorder.Config{})
		_, err := s.RoundTrip(d.request("/"))
		equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
		equal(t, "redacted", strings.Contains(err.Error(), "[redacted:github_token]"), true)
		_, closed := s.Close(true)
		equal(t, "secret", strings.Contains(fmt.Sprint(err, s.Snapshot().Err, closed), key[:20]), false)
	}
}

// A tape that was written by hand, or recorded before a variable said that the
// value is a secret, holds it, and matches by what it means all the same.
func TestASecretOnTheTapeMatchesItself(t *testing.T) {
	t.Setenv("NEW_SECRET", guarded)
	d := newRig(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: POST\n  url: "+d.URL+"/"+guarded+"\n  headers:\n    Content-Type: [application/json]\n  body:\n    text: '{\"a\": 1, \"note\": \""+guarded+"\"}'\nresponse:\n  status: 200\n  body:\n    text: taped\n")
	s := d.open(recorder.Config{Mode: recorder.None, AllowRepeats: true})
	equal(t, "to the byte", d.post(s, "/"+guarded, ofJSON, `{"a": 1, "note": "`+guarded+`"}`), "taped")
	equal(t, "by value", d.post(s, "/"+guarded, ofJSON, `{"note":"`+guarded+`","a":1.0}`), "taped")
	_, err := s.Client().Post(d.URL+"/other", ofJSON, strings.NewReader("{}"))
	var miss *recorder.Miss
	equal(t, "missed", errors.As(err, &miss), true)
	equal(t, "shown", strings.Contains(miss.Error(), guarded), false)
}

// lengthy answers with the secret in a body of which the length is known, or not,
// compressed or not.
func lengthy(w http.ResponseWriter, r *http.Request) {
	said := `{"access_token":"` + guarded + `","note":"` + strings.Repeat("x", 99) + guarded + `"}`
	w.Header().Set("Content-Type", ofJSON)
	if strings.Contains(r.URL.Path, "compressed") {
		w.Header().Set("Content-Encoding", "gzip")
		said = gzipped(said)
	}
	if strings.Contains(r.URL.Path, "known") {
		w.Header().Set("Content-Length", strconv.Itoa(len(said)))
	}
	_, _ = io.WriteString(w, said[:20])
	_ = http.NewResponseController(w).Flush()
	_, _ = io.WriteString(w, said[20:])
}

// A placeholder has another length than what it stands for. The replayed response
// is as long as it says.
func TestLengthsFollowWhatIsRedacted(t *testing.T) {
	for _, path := range []string{"/known", "/unknown", "/compressed-known", "/compressed-unknown"} {
		t.Run(path, func(t *testing.T) {
			d := newRig(t, http.HandlerFunc(lengthy))
			ask := func(mode recorder.Mode) (*http.Response, string) {
				s := d.open(recorder.Config{Mode: mode})
				defer d.end(s, true)
				req := d.request(path)
				req.Header.Set("Accept-Encoding", "gzip") // otherwise the transport takes the coding away
				resp, err := s.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				return resp, d.body(resp)
			}
			recorded, _ := ask(recorder.Once)
			replayed, body := ask(recorder.None)
			equal(t, "the length is known", replayed.ContentLength >= 0, recorded.ContentLength >= 0)
			if recorded.ContentLength >= 0 {
				equal(t, "length", replayed.ContentLength, int64(len(body)))
				equal(t, "Content-Length", replayed.Header.Get("Content-Length"), strconv.Itoa(len(body)))
			}
			if plain, ok := media.Decompress(replayed.Header.Get("Content-Encoding"), []byte(body)); ok {
				body = string(plain)
			}
			equal(t, "body", body, `{"access_token":"[redacted:access_token]","note":"`+strings.Repeat("x", 99)+`[redacted:access_token]"}`)
		})
	}
}

// A secret that no name tells may arrive in two chunks. They stay two, and add up.
func TestChunksAddUpWhereOneCutsASecret(t *testing.T) {
	t.Setenv("CHUNKED_SECRET", guarded)
	h := newHandover(ofSSE, []string{"data: a\n\n", "data: " + guarded[:9], guarded[9:] + "\n\n", "data: [DONE]\n\n"})
	d := newRig(t, h)
	h.record(t, d, recorder.Config{}, largeBuffer)
	parts := d.replayParts(recorder.Config{}, largeBuffer)
	equal(t, "body", strings.Join(parts, ""), "data: a\n\ndata: [redacted:secret]\n\ndata: [DONE]\n\n")
	sum := 0
	for _, chunk := range d.stream().Chunks {
		sum += chunk.Size
	}
	equal(t, "chunks", sum, len(strings.Join(parts, "")))
	equal(t, "first", parts[0], "data: a\n\n")
	equal(t, "last", parts[len(parts)-1], "data: [DONE]\n\n")
}

// A spec's text is on its tape too, and names the file.
func TestAKeyInTheTextOfASpec(t *testing.T) {
	key := "gsk_" + strings.Repeat("aB3dE5gH7jK9m", 4)
	d := newRig(t, echoing())
	s := d.openSpec(recorder.Config{}, harness.Spec{Suite: "example.com/chat", Name: "chat / with " + key})
	d.get(s, "/")
	d.end(s, true)
	equal(t, "header", d.load(d.file()).Spec, "chat / with [redacted:groq_key]")
	equal(t, "secrets", len(recorder.Secrets(d.load(d.file()))), 0)

	d.write(d.file(), strings.Replace(d.read(d.file()), "[redacted:groq_key]", key, 1))
	equal(t, "secrets", strings.Join(recorder.Secrets(d.load(d.file())), "\n"),
		"header, spec: Groq key, because it has the format of one; it is the text of the spec: write another one, which may be in the name of the file too, or set vcr.Name")

	name := "chat/with_" + strings.ToLower(strings.ReplaceAll(key, "_", "")) + ".yaml"
	s = d.openSpec(recorder.Config{Path: name}, harness.Spec{Name: "chat / with " + key})
	err := d.sendEdited(s, func(*http.Request) {})
	equal(t, "error", errorText(err), "the text of this spec holds a secret (Groq key), which would be in the name of its cassette; write another text, or give the cassette another name")
	equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
	d.end(s, true)
}
