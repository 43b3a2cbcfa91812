package recorder

import (
	"sync"
	"time"
)

// A backlog is work on what was recorded. It is done in the order in which it came,
// when no more came for a moment, because on a small machine it would take the
// processor from the requests that follow, and when there is much of it. The zero
// value is empty.
type backlog struct {
	mu    sync.Mutex // guards what follows
	work  []func()
	size  int         // of what the work is on
	pause *time.Timer // runs as long as there is work
	came  bool        // more came since it was set

	doing sync.Mutex // held while work is done
}

// How long nothing has to come, and how many bytes of bodies wait for that at most.
const (
	pauseTime   = time.Millisecond
	mostBacklog = 8 << 20
)

// add adds work on so many bytes.
func (b *backlog) add(size int, do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.work = append(b.work, do)
	b.came = true
	if b.size += size; b.size > mostBacklog {
		b.size = 0
		go b.clear()
	}
	if b.pause == nil {
		b.pause = time.AfterFunc(pauseTime, b.paused)
	}
}

// paused is called when some time has passed. To set the timer anew whenever
// something comes would cost more than a short call does.
func (b *backlog) paused() {
	b.mu.Lock()
	goesOn := b.came
	if b.came = false; goesOn {
		b.pause.Reset(pauseTime)
	} else {
		b.pause = nil
	}
	b.mu.Unlock()
	if !goesOn {
		b.clear()
	}
}

// clear returns when all that was added before is done.
func (b *backlog) clear() {
	b.doing.Lock()
	defer b.doing.Unlock()
	b.mu.Lock()
	work := b.work
	b.work, b.size = nil, 0
	b.mu.Unlock()
	for _, do := range work {
		do()
	}
}
