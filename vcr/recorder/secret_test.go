package recorder_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// In replay a dummy stands where the secret was, which nobody tells the session.
func TestASecretThatIsAnotherOneInReplay(t *testing.T) {
	d := newDeck(t, counting())
	const secret = "a-secret" + "-of-the-user"
	s := d.open(recorder.Config{Redact: redact.Rules{Secrets: func() []redact.Secret { return []redact.Secret{{Name: "KEY", Value: secret}} }}})
	recorded := d.get(s, "/bot"+secret+"/send")
	d.end(s, recorder.Passed)
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
	d := newDeck(t, counting())
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
	s = d.open(recorder.Config{Dummies: func() []recorder.Dummy { return []recorder.Dummy{{Variable: "SOME_KEY", Value: dummy}} }})
	err := send(s, "/1/"+early+"?key="+dummy, "Bearer "+early)
	equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
	equal(t, "refusal", strings.Contains(err.Error(), "GET "+d.URL+"/1/[redacted:authorization]?key=[redacted:key] would be recorded"), true)
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
		d := newDeck(t, nil)
		d.write(d.file(), strings.ReplaceAll(text, "ORIGIN", d.URL))
		s := d.open(recorder.Config{})
		_, err := s.RoundTrip(d.request("/"))
		equal(t, "refused", errors.Is(err, recorder.ErrRefused), true)
		equal(t, "redacted", strings.Contains(err.Error(), "[redacted:github_token]"), true)
		_, closed := s.Close(recorder.Passed)
		equal(t, "secret", strings.Contains(fmt.Sprint(err, s.Snapshot().Err, closed), key[:20]), false)
	}
}

// A tape that was written by hand, or recorded before a variable said that the
// value is a secret, holds it, and matches by what it means all the same.
func TestASecretOnTheTapeMatchesItself(t *testing.T) {
	t.Setenv("NEW_SECRET", guarded)
	d := newDeck(t, nil)
	d.write(d.file(), "ginkgo-vcr: 1\n---\nrequest:\n  method: POST\n  url: "+d.URL+"/"+guarded+"\n  headers:\n    Content-Type: [application/json]\n  body:\n    text: '{\"a\": 1, \"note\": \""+guarded+"\"}'\nresponse:\n  status: 200\n  body:\n    text: taped\n")
	s := d.open(recorder.Config{Mode: recorder.None, AllowRepeats: true})
	equal(t, "to the byte", d.post(s, "/"+guarded, ofJSON, `{"a": 1, "note": "`+guarded+`"}`), "taped")
	equal(t, "by value", d.post(s, "/"+guarded, ofJSON, `{"note":"`+guarded+`","a":1.0}`), "taped")
	_, err := s.Client().Post(d.URL+"/other", ofJSON, strings.NewReader("{}"))
	var miss *recorder.Miss
	equal(t, "missed", errors.As(err, &miss), true)
	equal(t, "shown", strings.Contains(miss.Error(), guarded), false)
}
