package recorder_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

var linesOfTape = regexp.MustCompile(`TAPE:\d+,`)

// Each request leaves a line: how it was answered, or why not.
func TestTrace(t *testing.T) {
	token := strings.Repeat("q7Vx2mKd9PzT", 2)
	type sent struct{ method, path, body string }
	cases := []struct {
		name string
		cfg  recorder.Config
		sent []sent
		want []string
	}{
		{"none", recorder.Config{Mode: recorder.None, AllowRepeats: true}, []sent{
			{"GET", "/plain", ""}, {"GET", "/plain", ""}, {"POST", "/chat", `{"n": 1.0, "b": 2}`}, {"GET", "/keyed?api_key=" + token, ""}, {"GET", "/new", ""},
		}, []string{
			`GET ORIGIN/plain: played from TAPE:LINE, equal to the byte`,
			`GET ORIGIN/plain: played from TAPE:LINE, equal by the rules, and played before`,
			`POST ORIGIN/chat {"n": 1.0, "b": 2}: played from TAPE:LINE, equal by the rules`,
			`GET ORIGIN/keyed?api_key=[redacted:api_key]: played from TAPE:LINE, equal but for secrets`,
			`GET ORIGIN/new: refused: TAPE: no recording for GET ORIGIN/new`,
		}},
		{"new_episodes", recorder.Config{Mode: recorder.NewEpisodes}, []sent{{"GET", "/plain", ""}, {"GET", "/new", ""}},
			[]string{`GET ORIGIN/plain: played from TAPE:LINE, equal to the byte`, `GET ORIGIN/new: sent and recorded for TAPE, no recording matches`}},
		{"all", recorder.Config{Mode: recorder.All}, []sent{{"GET", "/plain", ""}}, []string{`GET ORIGIN/plain: sent and recorded for TAPE, as mode all does`}},
		{"live", recorder.Config{Mode: recorder.Live}, []sent{{"POST", "/plain?api_key=" + token, "hello"}}, []string{`POST ORIGIN/plain?api_key=[redacted:api_key] hello: sent past the tape, as mode live does`}},
		{"PassThrough", recorder.Config{Mode: recorder.None, PassThrough: []string{"127.0.0.1"}}, []sent{{"GET", "/plain", ""}}, []string{`GET ORIGIN/plain: sent past the tape, since PassThrough names the host`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rig := newRig(t, counting())
			tape := &cassette.Cassette{Suite: "example.com/chat", Spec: "chat / answers"}
			for _, recorded := range []sent{{"GET", "/plain", ""}, {"POST", "/chat", `{"b":2,"n":1}`}, {"GET", "/keyed?api_key=[redacted:api_key]", ""}} {
				tape.Interactions = append(tape.Interactions, &cassette.Interaction{
					Request:  cassette.Request{Method: recorded.method, URL: rig.URL + recorded.path, Header: http.Header{"Content-Type": {"application/json"}}, Body: cassette.NewBody([]byte(recorded.body))},
					Response: cassette.Response{Status: http.StatusOK},
				})
			}
			if err := tape.Save(rig.file()); err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			var lines []string
			session := rig.openSpec(c.cfg, harness.Spec{Trace: func(line string) {
				mu.Lock()
				defer mu.Unlock()
				lines = append(lines, line)
			}})
			for _, s := range c.sent {
				request, err := http.NewRequest(s.method, rig.URL+s.path, strings.NewReader(s.body))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/json")
				if resp, err := session.Client().Do(request); err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
			}
			for n, line := range lines {
				line = strings.NewReplacer(rig.URL, "ORIGIN", session.Cassette(), "TAPE").Replace(line)
				lines[n] = linesOfTape.ReplaceAllString(line, "TAPE:LINE,")
			}
			if !slices.Equal(lines, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
