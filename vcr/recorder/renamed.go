package recorder

// renamed reports whether a cassette that nobody claims answers the first
// request of a spec that has no cassette: then the spec was renamed, and calling
// the API again would cost money and lose what is on that tape.
func (t *tape) renamed(s *Session, q *question) bool {
	t.looking.Do(func() {
		orphans := s.orphans()
		if len(orphans) > 0 {
			q.redact(s)
		}
		for _, file := range orphans {
			orphan, err := openReadOnly(file)
			if err != nil {
				continue // it is told as unused after the suite
			}
			r := newReel(Shown(file), orphan.Interactions, s.matcher, s.taped, false)
			if found, _, err := r.matching(q); err == nil && len(found) > 0 {
				t.renamedFrom = r.cassette
				return
			}
		}
	})
	return t.renamedFrom != ""
}

// orphans returns the cassettes that may be that of this session under another
// name.
func (s *Session) orphans() []string {
	if s.tape.before != nil || s.cfg.Orphans == nil || s.mode != None && s.mode != Once {
		return nil
	}
	return s.cfg.Orphans()
}
