// Package budget counts the calls of a run to real services, lets none through that is
// past a limit, and says when the next one may start.
//
// A run is one process, or all processes of a parallel run, which count together in a
// folder. It knows neither requests nor tapes.
package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits are what holds for one call. The zero value allows all.
type Limits struct {
	// Calls and Tokens are what the run may spend; 0 is no limit.
	Calls, Tokens int
	// Concurrent is how many calls may be under way at once; 0 is no limit.
	Concurrent int
	// Rates are the limits of the hosts to which the call goes.
	Rates []Rate
}

// A Rate is how many calls may start in any minute.
type Rate struct {
	Host      string
	PerMinute int
}

// Spent is what a run has spent.
type Spent struct{ Calls, Tokens int }

// A SpentError is the error for a call past the budget: nothing is to be sent.
type SpentError struct {
	Spent  Spent
	Limits Limits
}

// Error says of what nothing is left.
func (e *SpentError) Error() string {
	if e.Limits.hasCalls(e.Spent) {
		return fmt.Sprintf("%d of %d tokens are spent, in %s", e.Spent.Tokens, e.Limits.Tokens, count(e.Spent.Calls, "call"))
	}
	return fmt.Sprintf("%d of %d calls are spent, and %s", e.Spent.Calls, e.Limits.Calls, count(e.Spent.Tokens, "token"))
}

// A WaitError is the error for a call that would wait too long for its turn: nothing is
// to be sent.
type WaitError struct {
	Rate Rate          // that is in the way
	Wait time.Duration // until the turn of the call
}

func (e *WaitError) Error() string {
	return fmt.Sprintf("its turn comes in %s, since %s a minute may go to %s", e.Wait.Round(time.Second), count(e.Rate.PerMinute, "call"), e.Rate.Host)
}

// ErrBusy means that as many calls as may be under way at once were for as long as a
// call waits for its turn.
var ErrBusy = errors.New("no other call ended")

// LongestWait bounds how long a call waits for its turn.
const LongestWait = 5 * time.Minute

// A Ledger has what a run has spent. It is safe for concurrent use, by several processes
// too.
type Ledger struct {
	books books

	mu     sync.Mutex
	failed error // of writing what a call has spent
}

// books are where a ledger is written.
type books interface {
	// update changes the account, for all processes at once. It changes nothing if
	// change returns an error.
	update(change func(*account) error) error
	// enter takes one of so many places for calls that are under way; [disk.ErrLocked]
	// means that none is free.
	enter(places int) (leave func(), err error)
}

// An account is what is written.
type account struct {
	Spent
	// Began is when the first process started that told so.
	Began time.Time `json:",omitzero"`
	// Starts are when the calls of the last minute started, or will, by host, in order.
	Starts map[string][]time.Time `json:",omitempty"`
}

var (
	opening sync.Mutex
	ledgers = map[string]*Ledger{}
)

// Of returns the ledger of a run, which has the same name in all of its processes and
// in no other run. "" is the run of this process alone.
func Of(run string) *Ledger {
	opening.Lock()
	defer opening.Unlock()
	l := ledgers[run]
	if l == nil {
		l = &Ledger{books: new(inMemory)}
		if run != "" {
			l.books = folderOf(run)
		}
		ledgers[run] = l
	}
	return l
}

// Close forgets what a run has spent, once all of its processes are done.
func Close(run string) {
	opening.Lock()
	defer opening.Unlock()
	delete(ledgers, run)
	if run != "" {
		folderOf(run).remove()
	}
}

// Began returns when the run began: the earliest start of a process that asked so far.
// Without books it is that of this one.
func (l *Ledger) Began(started time.Time) time.Time {
	began := started
	_ = l.books.update(func(a *account) error {
		if a.Began.IsZero() || started.Before(a.Began) {
			a.Began = started
		}
		began = a.Began
		return nil
	})
	return began
}

// A Call is under way. Nil is one that nothing limits.
type Call struct {
	ledger *Ledger
	leave  func()
	once   sync.Once
}

// Begin waits for the turn of a call and counts it. The error is a [*SpentError], a
// [*WaitError], [ErrBusy], that of the context when it is over, or one of the file
// system. Begin never waits longer than [LongestWait], and not at all where it knows that
// the context is over before.
func (l *Ledger) Begin(ctx context.Context, limits Limits) (*Call, error) {
	if err := l.lastFailure(); err != nil {
		return nil, err
	}
	leave, err := l.enter(ctx, limits)
	if err != nil {
		return nil, err
	}
	start, err := l.reserve(ctx, limits)
	if err == nil {
		if err = sleep(ctx, time.Until(start)); err != nil {
			l.giveBack(limits, start)
		}
	}
	if err != nil {
		leave()
		return nil, err
	}
	return &Call{ledger: l, leave: leave}, nil
}

// End notes that a call is over, and what it has spent. Later calls of it do nothing.
func (c *Call) End(tokens int) {
	if c == nil {
		return
	}
	c.once.Do(func() {
		defer c.leave()
		if tokens <= 0 {
			return
		}
		if err := c.ledger.books.update(func(a *account) error { a.Tokens += tokens; return nil }); err != nil {
			c.ledger.fail(err)
		}
	})
}

// pollTime is how often a call looks for a free place: another process cannot tell it.
const pollTime = 10 * time.Millisecond

// enter waits until fewer calls are under way than may be.
func (l *Ledger) enter(ctx context.Context, limits Limits) (leave func(), err error) {
	if limits.Concurrent == 0 {
		return func() {}, nil
	}
	until := time.Now().Add(LongestWait)
	for {
		if err := l.books.update(func(a *account) error { return limits.check(a.Spent) }); err != nil {
			return nil, err // rather than when its turn has come
		}
		leave, err := l.books.enter(limits.Concurrent)
		switch {
		case !isLocked(err):
			return leave, err
		case time.Now().After(until):
			return nil, ErrBusy
		}
		if err := sleep(ctx, pollTime); err != nil {
			return nil, err
		}
	}
}

// reserve counts a call and returns when it may start.
func (l *Ledger) reserve(ctx context.Context, limits Limits) (start time.Time, err error) {
	err = l.books.update(func(a *account) error {
		if err := limits.check(a.Spent); err != nil {
			return err
		}
		now := time.Now()
		var last Rate
		start, last = a.turn(limits.Rates, now)
		latest := now.Add(LongestWait)
		if deadline, ok := ctx.Deadline(); ok && deadline.Before(latest) {
			latest = deadline
		}
		if start.After(now) && start.After(latest) {
			return &WaitError{last, start.Sub(now)}
		}
		a.Calls++
		a.book(limits.Rates, start, now)
		return nil
	})
	return start, err
}

// giveBack takes back what a call reserved that does not start.
func (l *Ledger) giveBack(limits Limits, start time.Time) {
	err := l.books.update(func(a *account) error {
		a.Calls--
		a.cancel(limits.Rates, start)
		return nil
	})
	if err != nil {
		l.fail(err)
	}
}

// fail keeps calls from being made whose cost cannot be counted.
func (l *Ledger) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = err
}

func (l *Ledger) lastFailure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// check returns why no further call may be made.
func (l Limits) check(spent Spent) error {
	if l.Calls > 0 && spent.Calls >= l.Calls || l.Tokens > 0 && spent.Tokens >= l.Tokens {
		return &SpentError{spent, l}
	}
	return nil
}

// hasCalls reports whether a call is left, but for its tokens.
func (l Limits) hasCalls(spent Spent) bool { return l.Calls == 0 || spent.Calls < l.Calls }

// sleep waits, unless the context ends before.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
