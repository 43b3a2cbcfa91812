package budget_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/budget"
)

// kinds are the runs of one process and of several.
var kinds = []string{"", "the run of a test"}

func eachKind(t *testing.T, test func(t *testing.T, l *budget.Ledger)) {
	for _, run := range kinds {
		name := "in memory"
		if run != "" {
			name, run = "in a folder", run+t.Name()+time.Now().String()
		}
		t.Run(name, func(t *testing.T) {
			t.Cleanup(func() { budget.Close(run) })
			budget.Close(run)
			test(t, budget.Of(run))
		})
	}
}

func begin(t *testing.T, l *budget.Ledger, limits budget.Limits) *budget.Call {
	t.Helper()
	call, err := l.Begin(t.Context(), limits)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

func TestBudget(t *testing.T) {
	cases := []struct {
		name   string
		limits budget.Limits
		want   string
	}{
		{"calls", budget.Limits{Calls: 3}, "3 of 3 calls are spent, and 30 tokens"},
		{"tokens", budget.Limits{Calls: 4, Tokens: 25}, "30 of 25 tokens are spent, in 3 calls"},
		{"both", budget.Limits{Calls: 3, Tokens: 30}, "3 of 3 calls are spent, and 30 tokens"},
		{"less than is spent already", budget.Limits{Calls: 1}, "3 of 1 calls are spent, and 30 tokens"},
	}
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		for range 3 {
			call := begin(t, l, budget.Limits{Calls: 3, Tokens: 25})
			call.End(10)
			call.End(10)
		}
		for _, c := range cases {
			_, err := l.Begin(t.Context(), c.limits)
			var spent *budget.SpentError
			if !errors.As(err, &spent) || err.Error() != c.want || spent.Spent != (budget.Spent{Calls: 3, Tokens: 30}) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.want)
			}
		}
		begin(t, l, budget.Limits{Calls: 4, Tokens: 31}).End(0)
	})
}

// A run began with its first process, whichever tells first.
func TestBegan(t *testing.T) {
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		noon := time.Date(2026, 1, 2, 12, 0, 0, 1, time.UTC)
		for n, c := range []struct{ started, began time.Time }{
			{noon, noon},
			{noon.Add(time.Minute), noon},
			{noon.Add(-time.Nanosecond), noon.Add(-time.Nanosecond)},
			{noon, noon.Add(-time.Nanosecond)},
		} {
			if began := l.Began(c.started); !began.Equal(c.began) {
				t.Errorf("process %d: got %v, want %v", n+1, began, c.began)
			}
		}
		begin(t, l, budget.Limits{}).End(1) // which keeps it
		if began := l.Began(noon); !began.Equal(noon.Add(-time.Nanosecond)) {
			t.Errorf("after a call: got %v", began)
		}
	})
}

// However many ask at once, a budget is neither passed nor left.
func TestBudgetIsExact(t *testing.T) {
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		var through, refused atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range 10 {
					if call, err := l.Begin(t.Context(), budget.Limits{Calls: 50}); err == nil {
						through.Add(1)
						call.End(1)
					} else {
						refused.Add(1)
					}
				}
			}()
		}
		group.Wait()
		if through.Load() != 50 || refused.Load() != 30 {
			t.Errorf("%d calls went through and %d were refused", through.Load(), refused.Load())
		}
	})
}

func TestConcurrentCalls(t *testing.T) {
	limits := budget.Limits{Concurrent: 2}
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		var now, most atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				call, err := l.Begin(t.Context(), limits)
				if err != nil {
					t.Error(err)
					return
				}
				for n := now.Add(1); ; {
					if before := most.Load(); n <= before || most.CompareAndSwap(before, n) {
						break
					}
				}
				time.Sleep(time.Millisecond)
				now.Add(-1)
				call.End(0)
			}()
		}
		group.Wait()
		if most.Load() > 2 {
			t.Errorf("%d calls were under way at once", most.Load())
		}

		calls := []*budget.Call{begin(t, l, limits), begin(t, l, limits)}
		ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Millisecond, errors.New("the caller's reason"))
		defer cancel()
		if _, err := l.Begin(ctx, limits); err == nil || err.Error() != "the caller's reason" {
			t.Errorf("waiting for a place: %v", err)
		}
		if _, err := l.Begin(t.Context(), budget.Limits{Concurrent: 2, Calls: 10}); err == nil || err.Error() != "10 of 10 calls are spent, and 0 tokens" {
			t.Errorf("a budget that is spent is not waited for: %v", err)
		}
		for _, call := range calls {
			call.End(0)
		}
	})
}

func TestRate(t *testing.T) {
	limits := budget.Limits{Calls: 3, Rates: []budget.Rate{{Host: "api.example.com", PerMinute: 2}}}
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		begin(t, l, limits).End(0)
		begin(t, l, limits).End(0)

		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := l.Begin(soon, limits)
		var wait *budget.WaitError
		if !errors.As(err, &wait) || wait.Rate != limits.Rates[0] || wait.Wait <= 0 {
			t.Fatalf("the context would be over: %v", err)
		}
		wait.Wait = 58600 * time.Millisecond
		if want := "its turn comes in 59s, since 2 calls a minute may go to api.example.com"; wait.Error() != want {
			t.Errorf("got %s\nwant %s", wait, want)
		}

		// A call that gives up takes nothing from the budget, nor from the rate.
		for range 3 {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(5*time.Millisecond, func() { cancel(errors.New("the caller gave up")) })
			if _, err := l.Begin(ctx, limits); err == nil || err.Error() != "the caller gave up" {
				t.Errorf("got %v", err)
			}
		}
		begin(t, l, budget.Limits{Calls: 3}).End(0)
	})
}

// A call that would wait for longer than a run takes is refused at once.
func TestRateNeverWaitsForLong(t *testing.T) {
	limits := budget.Limits{Rates: []budget.Rate{{Host: "api.example.com", PerMinute: 1}}}
	eachKind(t, func(t *testing.T, l *budget.Ledger) {
		begin(t, l, limits).End(0)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var waiting sync.WaitGroup
		defer waiting.Wait()
		defer cancel()
		var refused atomic.Int64
		done := make(chan struct{}, 20)
		for range 10 {
			waiting.Add(1)
			go func() {
				defer waiting.Done()
				_, err := l.Begin(ctx, limits)
				var wait *budget.WaitError
				if errors.As(err, &wait) {
					refused.Add(1)
				}
				done <- struct{}{}
			}()
		}
		for range 5 { // the others wait, for one to five minutes
			<-done
		}
		if refused.Load() < 5 {
			t.Errorf("%d were refused", refused.Load())
		}
	})
}

// What a run has spent that was killed is in its folder, and no other run looks there.
func TestRunsAreApart(t *testing.T) {
	first, second := "first "+time.Now().String(), "second "+time.Now().String()
	t.Cleanup(func() { budget.Close(first); budget.Close(second) })
	begin(t, budget.Of(first), budget.Limits{Calls: 1})
	begin(t, budget.Of(second), budget.Limits{Calls: 1})
	if _, err := budget.Of(first).Begin(t.Context(), budget.Limits{Calls: 1}); err == nil {
		t.Error("the first run spent nothing")
	}
	budget.Close(first)
	begin(t, budget.Of(first), budget.Limits{Calls: 1})
}

// What cannot be counted is not sent.
func TestBooksThatCannotBeRead(t *testing.T) {
	run := "unreadable " + time.Now().String()
	t.Cleanup(func() { budget.Close(run) })
	begin(t, budget.Of(run), budget.Limits{Calls: 9}).End(0)
	path := budget.AccountOf(run)
	if err := os.WriteFile(path, []byte("}{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := budget.Of(run).Begin(t.Context(), budget.Limits{Calls: 9})
	if want := path + ": cannot be read: invalid character '}' looking for beginning of value; remove it"; err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}

	call := begin(t, budget.Of(""), budget.Limits{})
	call.End(1)
	var nothing *budget.Call
	nothing.End(1)
}

// Another user of the machine may have put something in the place of the folder.
func TestFolderOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	open := dir + "/open"
	file := dir + "/file"
	if err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.WriteFile(file, nil, 0o600), os.Symlink(dir, dir+"/link")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{open, file, dir + "/link"} {
		if err := budget.OwnFolder(path); err == nil || err.Error() != path+": not a folder that only you can read; remove it" {
			t.Errorf("got %v", err)
		}
	}
	for range 2 {
		if err := budget.OwnFolder(dir + "/own"); err != nil {
			t.Error(err)
		}
	}
}

func TestTurns(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		rates []budget.Rate
		gives []int // the calls, in the order in which they come, that are never made
		want  []int // seconds from now
	}{
		{"as many at once as a minute may have", []budget.Rate{{Host: "a", PerMinute: 3}}, nil, []int{0, 0, 0, 60, 60, 60, 120}},
		{"one", []budget.Rate{{Host: "a", PerMinute: 1}}, nil, []int{0, 60, 120}},
		{"the stricter of two", []budget.Rate{{Host: "a", PerMinute: 2}, {Host: "a:443", PerMinute: 1}}, nil, []int{0, 60, 120}},
		{"the turn of a call that gave up", []budget.Rate{{Host: "a", PerMinute: 2}}, []int{2, 3}, []int{0, 0, 60, 60, 60, 60}},
		{"no rate", nil, nil, []int{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []int
			for _, start := range budget.Turns(c.rates, now, len(c.want), c.gives) {
				got = append(got, int(start.Sub(now).Seconds()))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
