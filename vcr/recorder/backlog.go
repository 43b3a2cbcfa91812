package recorder

import "sync"

// A backlog is work on what was recorded, which is done in the order in which it
// came and without letting the caller of a request wait. The zero value is empty.
type backlog struct {
	mu      sync.Mutex
	work    []func()
	idle    chan struct{} // closed when nothing is left to do; nil while nothing is done
	running bool
}

func (b *backlog) add(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.work = append(b.work, do)
	if !b.running {
		b.running, b.idle = true, make(chan struct{})
		go b.run()
	}
}

func (b *backlog) run() {
	for {
		b.mu.Lock()
		if len(b.work) == 0 {
			b.running = false
			close(b.idle)
			b.mu.Unlock()
			return
		}
		work := b.work
		b.work = nil
		b.mu.Unlock()
		for _, do := range work {
			do()
		}
	}
}

// wait returns when all that was added before is done.
func (b *backlog) wait() {
	b.mu.Lock()
	idle := b.idle
	b.mu.Unlock()
	if idle != nil {
		<-idle
	}
}
