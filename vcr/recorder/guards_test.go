package recorder_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// aRun is a spec in a run of its own.
func aRun(t *testing.T) harness.Spec {
	run := t.Name() + time.Now().String()
	t.Cleanup(func() { budget.Close(run) })
	return harness.Spec{Run: run}
}

// costing is a model whose calls cost 40 tokens each.
func costing() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("stream") {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = fmt.Fprint(w, "data: {\"choices\": [], \"usage\": null}\n\ndata: {\"choices\": [], \"usage\": {\"prompt_tokens\": 30, \"completion_tokens\": 10, \"total_tokens\": 40}}\n\ndata: [DONE]\n\n")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		padding := strings.Repeat(" ", 2<<20*len(r.URL.Query()["large"]))
		_, _ = fmt.Fprint(w, `{"choices": [], `+padding+`"usage": {"prompt_tokens": 30, "completion_tokens": 10, "total_tokens": 40}}`)
	})
}

// ask sends a question to the model.
func (d *rig) askModel(s *recorder.Session, query string) {
	d.t.Helper()
	d.post(s, "/v1/chat/completions?"+query, "application/json", "{}")
}

// refusedWith sends a question and returns the text of the refusal.
func (d *rig) refusedWith(s *recorder.Session, query string) string {
	d.t.Helper()
	_, err := s.Client().Post(d.URL+"/v1/chat/completions?"+query, "application/json", strings.NewReader("{}"))
	if !errors.Is(err, recorder.ErrRefused) {
		d.t.Errorf("not refused: %v", err)
	}
	_, text, _ := strings.Cut(strings.NewReplacer(d.dir, "cassettes", d.URL, "http://origin").Replace(errorText(err)), `": `)
	return text
}

// modesThatSend are those in which calls are made.
var modesThatSend = []recorder.Mode{recorder.Once, recorder.NewEpisodes, recorder.All, recorder.Refresh, recorder.Live}

// A budget holds in each mode that sends, and over all sessions of a run.
func TestBudget(t *testing.T) {
	for _, mode := range modesThatSend {
		t.Run(string(mode), func(t *testing.T) {
			d, spec := newRig(t, costing()), aRun(t)
			first := d.openSpec(recorder.Config{Mode: mode, LiveCalls: 3, Path: "first.yaml"}, spec)
			d.askModel(first, "n=1")
			d.askModel(first, "n=2&stream")
			d.end(first, true)
			second := d.openSpec(recorder.Config{Mode: mode, LiveCalls: 3, Path: "second.yaml"}, spec)
			d.askModel(second, "n=3")
			for range 2 {
				equal(t, "refusal", d.refusedWith(second, "n=4"), "cassettes/second.yaml: POST http://origin/v1/chat/completions?n=4 was not sent: the budget of this run is used up: "+
					"3 of 3 calls are spent, and 120 tokens; run fewer tests at once, or raise Config.LiveCalls and LiveTokens")
			}
			equal(t, "calls", d.Served(), 3)
			snapshot := d.end(second, false)
			equal(t, "refused", snapshot.Refused, 2)
			if mode == recorder.Live {
				equal(t, "sent", len(snapshot.Live), 1)
			} else {
				equal(t, "recorded", len(snapshot.Recorded), 1)
			}
		})
	}
}

// Tokens are counted whatever keeps the answer: a tape, a comparison with a tape, or a live
// session without one, however large the answer is.
func TestBudgetOfTokens(t *testing.T) {
	for _, mode := range append(modesThatSend, "live with a cassette") {
		t.Run(string(mode), func(t *testing.T) {
			d, spec := newRig(t, costing()), aRun(t)
			spec.Guide = func() harness.Guide { return harness.Guide{Options: true} }
			if mode == "live with a cassette" {
				mode = recorder.Live
				d.put(false, "/1")
			}
			s := d.openSpec(recorder.Config{Mode: mode, LiveTokens: 100}, spec)
			d.askModel(s, "n=1")
			d.get(s, "/no-model")
			d.askModel(s, "n=2&stream")
			d.askModel(s, "n=3&large")
			equal(t, "refusal", d.refusedWith(s, "n=4"), "cassettes/chat/tape.yaml: POST http://origin/v1/chat/completions?n=4 was not sent: the budget of this run is used up: "+
				"120 of 100 tokens are spent, in 4 calls; run fewer tests at once, or raise vcr.LiveBudget")
			d.end(s, true)
		})
	}
}

// A live call whose answer is compared with a cassette is one call.
func TestBudgetOfComparedCalls(t *testing.T) {
	d := newRig(t, costing())
	d.put(false, "/1", "/2")
	s := d.openSpec(recorder.Config{Mode: recorder.Live, LiveCalls: 2}, aRun(t))
	equal(t, "answers", strings.Count(d.get(s, "/1", "/2"), "usage"), 2)
	equal(t, "answer past the budget", d.get(s, "/3"), "refused")
	equal(t, "sent", len(d.end(s, true).Live), 2)
}

// What is replayed, or goes past the recording anyway, costs nothing.
func TestBudgetIsForCalls(t *testing.T) {
	d := newRig(t, costing())
	d.put(false, "/1", "/2", "/3")
	s := d.openSpec(recorder.Config{Mode: recorder.Once, LiveCalls: 1}, aRun(t))
	d.get(s, "/1", "/2", "/3")
	d.end(s, true)
	s = d.openSpec(recorder.Config{Mode: recorder.Live, LiveCalls: 1, PassThrough: []string{"localhost"}}, aRun(t))
	d.get(s, "/1", "/2", "/3")
	d.end(s, true)
	equal(t, "sent", d.Served(), 3)
}

// What cannot be counted is not sent.
func TestBudgetFileThatCannotBeRead(t *testing.T) {
	d, spec := newRig(t, costing()), aRun(t)
	s := d.openSpec(recorder.Config{Mode: recorder.All, LiveCalls: 5}, spec)
	d.askModel(s, "n=1")
	file := filepath.Join(os.TempDir(), fmt.Sprint("ginkgo-vcr-", os.Getuid()), disk.Hash([]byte(spec.Run)), "account.json")
	d.write(file, `{"Calls": 1`)
	equal(t, "refusal", d.refusedWith(s, "n=2"), "cassettes/chat/tape.yaml: POST http://origin/v1/chat/completions?n=2 was not sent: what it would cost cannot be counted; "+
		file+": cannot be read: unexpected end of JSON input; remove it")
	d.end(s, false)
	equal(t, "calls", d.Served(), 1)
}

// A secret in a request stays out of the message.
func TestRefusalByABudgetIsRedacted(t *testing.T) {
	d, spec := newRig(t, costing()), aRun(t)
	s := d.openSpec(recorder.Config{Mode: recorder.Live, LiveCalls: 1}, spec)
	d.askModel(s, "n=1")
	equal(t, "refusal", d.refusedWith(s, "api_key="+strings.Repeat("9f8b6c", 2)), "cassettes/chat/tape.yaml: POST http://origin/v1/chat/completions?api_key=[redacted:api_key] was not sent: "+
		"the budget of this run is used up: 1 of 1 calls are spent, and 40 tokens; run fewer tests at once, or raise Config.LiveCalls and LiveTokens")
}

func TestRateLimit(t *testing.T) {
	d, spec := newRig(t, counting()), aRun(t)
	s := d.openSpec(recorder.Config{Mode: recorder.Live, RateLimit: map[string]int{"localhost": 2, "api.example.com": 1}}, spec)
	d.get(s, "/1", "/2")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := s.RoundTrip(d.request("/3").WithContext(ctx))
	text := strings.ReplaceAll(strings.ReplaceAll(errorText(err), d.dir, "cassettes"), d.URL, "http://origin")
	start, rest, _ := strings.Cut(text, "its turn comes in ")
	_, rest, _ = strings.Cut(rest, "s, ")
	equal(t, "refusal", start+rest, "cassettes/chat/tape.yaml: GET http://origin/3 was not sent: since 2 calls a minute may go to localhost, "+
		"and neither its context nor this package waits so long; send fewer requests at once, or raise Config.RateLimit")

	cause := errors.New("the caller gave up")
	giveUp, end := context.WithCancelCause(t.Context())
	time.AfterFunc(5*time.Millisecond, func() { end(cause) })
	if _, err := s.RoundTrip(d.request("/4").WithContext(giveUp)); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	equal(t, "calls", d.Served(), 2)
	equal(t, "refused", d.end(s, true).Refused, 1)
}

// A call is under way until the body of its answer was read or closed.
func TestMaxConcurrentCalls(t *testing.T) {
	for _, mode := range modesThatSend {
		t.Run(string(mode), func(t *testing.T) {
			var now, most atomic.Int64
			d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if n := now.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Millisecond)
				now.Add(-1)
				_, _ = fmt.Fprint(w, "done")
			}))
			s := d.openSpec(recorder.Config{Mode: mode, MaxConcurrentCalls: 2}, aRun(t))
			var group sync.WaitGroup
			for n := range 8 {
				group.Add(1)
				go func() {
					defer group.Done()
					d.get(s, fmt.Sprintf("/%d", n))
				}()
			}
			group.Wait()
			if most.Load() > 2 {
				t.Errorf("%d calls were under way at once", most.Load())
			}

			unread, err := s.RoundTrip(d.request("/unread"))
			if err != nil {
				t.Fatal(err)
			}
			d.get(s, "/other")
			_ = unread.Body.Close()
			d.get(s, "/last")
			d.end(s, true)
		})
	}
}

func TestWrongGuards(t *testing.T) {
	for want, cfg := range map[string]recorder.Config{
		"a.yaml: Config.LiveCalls, LiveTokens or MaxConcurrentCalls is negative; give a number, or 0 for no limit": {LiveTokens: -1},
		`a.yaml: Config.RateLimit: "https://a": 1 is not a limit; give a host such as api.example.com, with or without a port, and the calls that may go to it in a minute`: {
			RateLimit: map[string]int{"https://a": 1}},
		`a.yaml: Config.RateLimit: "a": 0 is not a limit; give a host such as api.example.com, with or without a port, and the calls that may go to it in a minute`: {
			RateLimit: map[string]int{"a": 0}},
	} {
		cfg.Path = "a.yaml"
		_, err := recorder.Open(cfg)
		equal(t, "error", errorText(err), want)
	}
}
