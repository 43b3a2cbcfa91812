package drift

import (
	"slices"
	"strings"
)

// A finding is a difference in one pair of answers, before the evidence of the run decides
// what it means.
type finding struct {
	kind     Kind
	event    string
	path     string
	old, new string
	oldCount Count
	isWeak   bool // never breaking: a counter, or a tool that the model chose
	// isOptional says that not all recordings have what is gone. It is noise, unless the
	// whole run lacks what many recordings have.
	isOptional bool
}

// enough is in how many recordings the object around a field must have been, so that one
// can rely on what they have in common.
const enough = 3

// A comparer compares two shapes with what the suite knows.
type comparer struct {
	rules    *ruleSet
	at       path
	event    string
	findings []finding
	said     map[saying]bool // of all events together
	// lost and kept count optional fields of the recording that the new answer lacks and has.
	lost, kept int
	bothWhole  bool
	onlyCut    bool // the suite knows no whole answer
}

// A saying is what makes two findings of one path equal.
type saying struct {
	kind       Kind
	path       string
	new        string
	isOptional bool
}

// maxFindings bounds what is said of one pair.
const maxFindings = 1000

// add adds a difference at the path where the comparison is. The plain view comes first:
// what it has said, a variant or an event does not say again. But they may be certain of a
// field that is only optional for the plain view.
func (c *comparer) add(f finding) {
	if len(c.findings) >= maxFindings {
		return
	}
	plain := make(path, 0, len(c.at))
	for _, s := range c.at {
		if s.kind != variant {
			plain = append(plain, s)
		}
		f.isWeak = f.isWeak || isCall(s.name) || f.kind == Gone && s.kind == member && isCounter(s.name)
	}
	f.event, f.path = c.event, c.at.String()
	here := saying{f.kind, f.path, f.new, f.isOptional}
	around := saying{f.kind, plain.String(), f.new, f.isOptional}
	if c.said[here] || c.said[around] {
		return
	}
	if c.event == "" {
		c.said[here] = true
	}
	if around.isOptional = true; f.kind == Gone && !f.isOptional && c.said[around] {
		c.findings = slices.DeleteFunc(c.findings, func(g finding) bool { return g.isOptional && g.path == around.path && g.event == "" })
	}
	c.findings = append(c.findings, f)
}

// stream compares the events of two streams.
func (c *comparer) stream(old, new *shape, k *known, whole int) {
	for _, label := range sortedKeys(k.Variants, new.variants) {
		event, ok := strings.CutPrefix(label, "event=")
		if !ok {
			continue
		}
		v, known := new.variants[label], k.Variants[label]
		switch {
		case v == nil && c.bothWhole && !new.isOver:
			f := finding{kind: EventGone, old: event, oldCount: Count{known.Always, whole}}
			if f.isOptional = known.Always < whole || whole == 0; f.isOptional && old.variants[label] == nil {
				continue
			}
			if f.isOptional {
				c.lost++
			}
			c.findings = append(c.findings, f)
		case known == nil && !k.IsOver && whole > 0:
			c.findings = append(c.findings, finding{kind: EventNew, new: event, oldCount: Count{0, whole}})
		case v != nil && known != nil:
			c.event = event
			c.values(orNone(old.variants[label]), v, known)
			c.event = ""
		}
	}
}

var none = &shape{}

func orNone(s *shape) *shape {
	if s == nil {
		return none
	}
	return s
}

// values compares the values at one path. Old may have none; new and the suite have some.
func (c *comparer) values(old, new *shape, k *known) {
	if c.rules.ignores(c.at) {
		return
	}
	new = c.newVariants(new, k)
	if fresh := new.types &^ k.Types; fresh != 0 && k.Types != 0 {
		c.add(finding{kind: Type, old: k.Types.String(), new: fresh.String(), oldCount: Count{k.Filled, k.Filled}})
	}
	if new.seen > 0 && new.nulls == new.seen && k.Nulls == 0 && k.With >= enough {
		c.add(finding{kind: Null, old: k.Types.String(), new: "null", oldCount: Count{k.With, k.With}})
	}
	c.words(old, new, k)
	if new.objects > 0 && k.Objects > 0 {
		c.members(old, new, k)
	}
	if new.items != nil && k.Items != nil {
		c.at = append(c.at, step{elements, ""})
		c.values(orNone(old.items), new.items, k.Items)
		c.at = c.at[:len(c.at)-1]
	}
	c.variants(old, new, k)
}

// newVariants adds the variants that no recording has. It returns the other objects, so
// that not each field of a new variant is new too.
func (c *comparer) newVariants(new *shape, k *known) *shape {
	var unknown []string
	for label := range new.variants {
		if k.Variants[label] == nil && !isEvent(label) && !isCall(label) {
			unknown = append(unknown, label)
		}
	}
	if len(unknown) == 0 || len(k.Variants) == 0 || k.IsOver {
		return new
	}
	slices.Sort(unknown)
	for _, label := range unknown {
		name, value, _ := strings.Cut(label, "=")
		c.at = append(c.at, step{member, name})
		c.add(finding{kind: Word, new: value, oldCount: Count{0, k.Objects}})
		c.at = c.at[:len(c.at)-1]
	}
	if rest, ok := new.without(unknown); ok {
		return rest
	}
	return new
}

func isEvent(label string) bool { return strings.HasPrefix(label, "event=") }

func isCall(label string) bool { return strings.HasPrefix(label, "name=") }

func (c *comparer) words(old, new *shape, k *known) {
	if names(c.rules.exact, c.at) {
		if old.seen > 0 && !slices.Equal(old.words, new.words) {
			c.add(finding{kind: Value, old: strings.Join(old.words, ", "), new: strings.Join(new.words, ", ")})
		}
		return
	}
	if len(k.Words) == 0 || k.IsOver {
		return
	}
	for _, word := range new.words {
		if _, found := slices.BinarySearch(k.Words, word); !found {
			c.add(finding{kind: Word, new: word, oldCount: Count{0, k.With}})
		}
	}
}

// members compares what two objects hold. The order does not matter: a report is sorted.
func (c *comparer) members(old, new *shape, k *known) {
	for name, m := range new.members {
		if k.Members[name] == nil {
			c.inside(name, func() { c.newMember(m, k) })
		}
	}
	for name, known := range k.Members {
		before, m := old.members[name], new.members[name]
		if m == nil && before == nil && known.Always < k.Objects {
			continue
		}
		c.inside(name, func() {
			switch {
			case m == nil || m.seen < new.objects:
				c.missing(before, m, known, k, new.isOver)
			case known.Always < k.Objects && before != nil:
				c.kept++
			}
			if m != nil {
				c.values(orNone(before), m, known)
			}
		})
	}
}

// inside compares at a member, unless a rule ignores it.
func (c *comparer) inside(name string, compare func()) {
	c.at = append(c.at, step{member, name})
	if !c.rules.ignores(c.at) {
		compare()
	}
	c.at = c.at[:len(c.at)-1]
}

// newMember adds a member that no recording has. Of a variant that is hardly known,
// nothing is new.
func (c *comparer) newMember(m *shape, owner *known) {
	isHardlyKnown := owner.Objects < enough && (c.event != "" || slices.ContainsFunc(c.at, func(s step) bool { return s.kind == variant && !isCall(s.name) }))
	if owner.IsOver || !c.canMiss() || isHardlyKnown {
		return
	}
	c.add(finding{kind: New, new: m.types.String(), oldCount: Count{0, owner.Objects}})
}

// canMiss reports whether something may be missing at the path. What all data of a stream
// have in common is known only of a whole one.
func (c *comparer) canMiss() bool {
	return c.bothWhole || !c.onlyCut && (len(c.at) > 1 || c.event != "")
}

// missing adds a member that an object lacks. New is nil if all objects lack it.
func (c *comparer) missing(old, new *shape, k, owner *known, isOver bool) {
	switch {
	case isOver, !c.canMiss(), k.Filled == 0: // it was null, if it was there
	case k.Always == owner.Objects:
		c.add(finding{kind: Gone, old: k.Types.String(), oldCount: Count{k.Always, owner.Objects}})
	case owner.hasVariants(): // each variant knows better
	case old != nil && new == nil:
		c.lost++
		c.add(finding{kind: Gone, old: k.Types.String(), oldCount: Count{k.With, owner.Objects}, isOptional: true})
	case old != nil:
		c.kept++
	}
}

// hasVariants reports whether objects are known by their variant.
func (k *known) hasVariants() bool {
	for label := range k.Variants {
		if !isCall(label) {
			return true
		}
	}
	return false
}

// variants compares objects with those of their variant, and the tools that were called.
func (c *comparer) variants(old, new *shape, k *known) {
	if len(old.variants) == 0 && len(new.variants) == 0 {
		return
	}
	for _, label := range sortedKeys(old.variants, new.variants) {
		if isEvent(label) {
			continue
		}
		before, now, known := old.variants[label], new.variants[label], k.Variants[label]
		c.at = append(c.at, step{variant, label})
		if isCall(label) && !c.rules.ignores(c.at) {
			switch {
			case now == nil:
				c.add(finding{kind: Gone, old: "a call"})
			case before == nil:
				c.add(finding{kind: New, new: "a call"})
			}
		}
		if now != nil && known != nil {
			c.values(orNone(before), now, known)
		}
		c.at = c.at[:len(c.at)-1]
	}
}

// learn returns what one answer alone tells.
func learn(a answer) *endpoint {
	e, nodes := &endpoint{Root: &known{}}, 0
	e.add(a, &nodes)
	return e
}

// compareShapes returns what differs between two answers of an endpoint.
func (c *comparer) compareShapes(old, new answer, e *endpoint) {
	c.said = map[saying]bool{}
	c.bothWhole, c.onlyCut = !old.isCut && !new.isCut, e.Whole == 0
	c.values(old.shape, new.shape, e.Root)
	c.stream(old.shape, new.shape, e.Root, e.Whole)
}
