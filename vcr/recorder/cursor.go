package recorder

// take marks the first unplayed member as played on which the functions of the
// rules agree, and returns its position, or -1. These belong to the user, and
// are not asked under the lock.
func (r *reel) take(g *group, q *question) (int, error) {
	if g == nil {
		return -1, nil
	}
	if !r.matcher.HasFuncs() {
		n, _ := r.unplayed(g, 0, true)
		return n, nil
	}
	for from := 0; ; from++ {
		var n int
		if n, from = r.unplayed(g, from, false); n < 0 {
			return -1, nil
		}
		if agrees, err := r.agrees(n, q); err != nil || agrees && r.claim(n) {
			return n, err
		}
	}
}

// unplayed returns the first unplayed member from an index on, and its index. In
// a reel that is played in order, only the next interaction counts.
func (r *reel) unplayed(g *group, from int, claim bool) (n, index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for g.next < len(g.members) && r.played[g.members[g.next]] {
		g.next++
	}
	for index = max(from, g.next); index < len(g.members); index++ {
		n := g.members[index]
		if r.played[n] {
			continue
		}
		if r.inOrder && n != r.next {
			break
		}
		if claim {
			r.mark(n)
		}
		return n, index
	}
	return -1, index
}

func (r *reel) claim(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.played[n] {
		return false
	}
	r.mark(n)
	return true
}

// mark notes that an interaction is played. r.mu is held.
func (r *reel) mark(n int) {
	r.played[n] = true
	for r.next < len(r.played) && r.played[r.next] {
		r.next++
	}
}

func (r *reel) isPlayed(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.played[n]
}

// left returns the positions of the interactions that were not played so far.
func (r *reel) left() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var positions []int
	for n, played := range r.played {
		if !played {
			positions = append(positions, n)
		}
	}
	return positions
}
