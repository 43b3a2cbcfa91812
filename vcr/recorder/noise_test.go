package recorder_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/match"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// What only tells which SDK sent a request is not taped, unless a rule needs it.
func TestNoiseOfSDKs(t *testing.T) {
	sent := http.Header{
		"User-Agent": {"OpenAI/Go 3.96.0"}, "X-Stainless-Lang": {"go"}, "x-stainless-os": {"Linux"}, "X-Goog-Api-Client": {"gl-go/1.26"}, "X-Amz-User-Agent": {"aws-sdk"},
		"Amz-Sdk-Invocation-Id": {"1f"}, "X-Fern-Language": {"Go"}, "X-Client-Info": {"go/1"}, "X-Ms-Useragent": {"azsdk"},
		"Accept": {"application/json"}, "X-Own": {"a"}, "Openai-Beta": {"assistants=v2"}, "X-Auth-Token": {"open-sesame"},
	}
	const always = "Accept Openai-Beta X-Auth-Token X-Own"
	for _, c := range []struct {
		name  string
		cfg   recorder.Config
		taped string
	}{
		{"by default", recorder.Config{}, always},
		{"where all headers count", recorder.Config{MatchOn: []match.Part{match.Method, match.Header()}}, always},
		{"kept", recorder.Config{KeepHeaders: []string{"user-agent"}}, always + " User-Agent"},
		{"kept up to a star", recorder.Config{KeepHeaders: []string{"X-Stainless-*"}}, always + " X-Stainless-Lang x-stainless-os"},
		{"matched on", recorder.Config{MatchOn: []match.Part{match.URL, match.Header("X-Fern-Language")}}, always + " X-Fern-Language"},
		{"matched on for the host", recorder.Config{Hosts: map[string]recorder.Config{"127.0.0.1": {MatchOn: []match.Part{match.Header("X-Client-Info")}}}}, always + " X-Client-Info"},
		{"matched on for another host", recorder.Config{Hosts: map[string]recorder.Config{"example.com": {MatchOn: []match.Part{match.Header("X-Client-Info")}}}}, always},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			send := func(header http.Header) error {
				s := d.open(c.cfg)
				req, err := http.NewRequest(http.MethodPost, d.URL, strings.NewReader("a"))
				if err != nil {
					t.Fatal(err)
				}
				req.Header = header
				resp, err := s.RoundTrip(req)
				if err == nil {
					d.body(resp)
				}
				d.end(s, err == nil)
				return err
			}
			if err := send(sent.Clone()); err != nil {
				t.Fatal(err)
			}
			want := strings.Fields(c.taped)
			slices.Sort(want)
			equal(t, "on the tape", strings.Join(slices.Sorted(maps.Keys(d.load(d.file()).Interactions[0].Request.Header)), " "), strings.Join(want, " "))
			equal(t, "sent", len(sent), 13)
			if err := send(sent.Clone()); err != nil {
				t.Errorf("in replay: %v", err)
			}
		})
	}
}

// To keep a header has one meaning: it is on the tape as it was sent.
func TestKeptHeadersEndInAStar(t *testing.T) {
	d := newRig(t, counting())
	s := d.open(recorder.Config{KeepHeaders: []string{"X-Auth-*"}})
	req, err := http.NewRequest(http.MethodGet, d.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Auth-Token": {"open-sesame"}, "X-Other-Token": {"shut-sesame"}}
	resp, err := s.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	d.body(resp)
	d.end(s, true)
	tape := d.read(d.file())
	for text, want := range map[string]bool{"X-Auth-Token: [open-sesame]": true, `X-Other-Token: ["[redacted:x-other-token]"]`: true, "shut-sesame": false} {
		equal(t, text, strings.Contains(tape, text), want)
	}
	_, err = recorder.Open(recorder.Config{Path: "a", KeepHeaders: []string{"*"}})
	if want := `a: redact: KeepHeaders("*") would keep every secret; name the headers, such as X-Stainless-*`; err == nil || err.Error() != want {
		t.Errorf("the error is\n\t%v\nnot\n\t%s", err, want)
	}
}
