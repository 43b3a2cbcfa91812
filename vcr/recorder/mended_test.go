package recorder_test

import (
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// The code that a miss proposes for the Config, and what it is when it is pasted. The
// request is answered then.
func TestTheCodeInAMissMendsIt(t *testing.T) {
	for name, c := range map[string]struct {
		code   string
		pasted recorder.Config
	}{
		"a_prompt_with_the_date": {`NormalizeText: []func(string) string{match.Dates[string]}`,
			recorder.Config{NormalizeText: []func(string) string{match.Dates[string]}}},
		"another_file_name": {`IgnorePartHeaders: []string{"Content-Disposition"}`,
			recorder.Config{IgnorePartHeaders: []string{"Content-Disposition"}}},
		"only_the_port": {`MatchOn: []match.Part{match.Method, match.Scheme, match.Host, match.Path, match.Query, match.Body}`,
			recorder.Config{MatchOn: []match.Part{match.Method, match.Scheme, match.Host, match.Path, match.Query, match.Body}}},
		"a_parameter_of_the_query": {`IgnoreQuery: []string{"limit", "after"}`,
			recorder.Config{IgnoreQuery: []string{"limit", "after"}}},
		"JSON_in_multipart": {`IgnoreBody: []string{"$.options.language"}`,
			recorder.Config{IgnoreBody: []string{"$.options.language"}}},
		"a_temperature": {`IgnoreBody: []string{"$.temperature"}`,
			recorder.Config{IgnoreBody: []string{"$.temperature"}}},
		"times_in_JSON": {`NormalizeText: []func(string) string{match.Timestamps[string]}, NormalizeBody: []func([]byte) []byte{match.UnixTimestamps[[]byte]}`,
			recorder.Config{NormalizeText: []func(string) string{match.Timestamps[string]}, NormalizeBody: []func([]byte) []byte{match.UnixTimestamps[[]byte]}}},
		"used_up": {`AllowRepeats: true`, recorder.Config{AllowRepeats: true}},
	} {
		t.Run(name, func(t *testing.T) {
			missed := misses[name]
			open := func(cfg recorder.Config) *recorder.Session {
				d := newRig(t, nil)
				var tape cassette.Cassette
				for _, request := range missed.tape {
					tape.Interactions = append(tape.Interactions, &cassette.Interaction{Request: request, Response: cassette.Response{Status: 200}})
				}
				if err := tape.Save(d.file()); err != nil {
					t.Fatal(err)
				}
				cfg.Mode = recorder.None
				s := d.open(cfg)
				for _, before := range missed.before {
					if _, err := s.RoundTrip(outgoing(t, before)); err != nil {
						t.Fatal(err)
					}
				}
				return s
			}
			if _, err := open(missed.config).RoundTrip(outgoing(t, missed.asked)); !strings.Contains(errorText(err), "\n     "+c.code+"\n") && !strings.HasSuffix(errorText(err), "\n     "+c.code) {
				t.Errorf("got %v", err)
			}
			resp, err := open(c.pasted).RoundTrip(outgoing(t, missed.asked))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		})
	}
}
