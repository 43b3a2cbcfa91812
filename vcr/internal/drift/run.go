package drift

import "slices"

// Bounds of a run.
const (
	maxFound  = 5000
	maxPlaces = 5
	maxListed = 200 // of recordings that failed and the like
)

// A Run is what was compared in a run, or in one process of it. The zero value is an empty
// run. Its fields are for JSON, in which it travels. It is not safe for concurrent use.
type Run struct {
	Counts    map[Verdict]int   `json:"counts,omitempty"`
	Found     []*found          `json:"found,omitempty"`
	Listed    []Listed          `json:"listed,omitempty"`
	Requests  []Listed          `json:"requests,omitempty"`
	Notes     map[string]int    `json:"notes,omitempty"`
	Answers   memory            `json:"answers"`
	Optional  map[string][2]int `json:"optional,omitempty"` // of each endpoint: optional fields lost and kept
	LeftOut   int               `json:"leftOut,omitempty"`  // differences for which there was no room
	positions map[foundKey]*found
}

// A Listed is a recording of which more is said than its verdict.
type Listed struct {
	Place    Place   `json:"place"`
	Endpoint string  `json:"endpoint"`
	Verdict  Verdict `json:"verdict"`
	Reason   string  `json:"reason,omitempty"`
	Sent     []Sent  `json:"sent,omitempty"`
}

// A found is a difference that one or more pairs show.
type found struct {
	Difference
	Key      string `json:"key"`
	IsWeak   bool   `json:"weak,omitempty"`
	Optional bool   `json:"optional,omitempty"`
}

type foundKey struct {
	key, event, path, old, new string
	kind                       Kind
	optional                   bool
}

func (f *found) identity() foundKey {
	return foundKey{f.Key, f.Event, f.Path, f.Old, f.New, f.Kind, f.Optional}
}

// Add adds comparisons whose answers count: those of a spec's last attempt, say.
func (r *Run) Add(comparisons ...Comparison) {
	for _, c := range comparisons {
		if r.Counts == nil {
			r.Counts = map[Verdict]int{}
		}
		r.Counts[c.Verdict]++
		if c.Verdict != Same && c.Verdict != Drifted {
			r.list(&r.Listed, Listed{Place: c.Place, Endpoint: c.Endpoint, Verdict: c.Verdict, Reason: c.Reason})
		}
		if len(c.Sent) > 0 {
			r.list(&r.Requests, Listed{Place: c.Place, Endpoint: c.Endpoint, Verdict: c.Verdict, Sent: c.Sent[:min(len(c.Sent), 20)]})
		}
		if c.Note != "" {
			r.note(c.Note, 1)
		}
		if c.key == "" {
			continue
		}
		r.Answers.add(c.key, c.answer)
		r.countOptional(c.key, c.lost, c.kept)
		for _, f := range c.findings {
			d := Difference{Kind: f.kind, Endpoint: c.Endpoint, Event: f.event, Path: f.path, Old: f.old, New: f.new, OldCount: f.oldCount, Answers: 1, Places: []Place{c.Place}}
			if c.Changed {
				d.Changed = 1
			}
			r.find(&found{Difference: d, Key: c.key, IsWeak: f.isWeak, Optional: f.isOptional})
		}
	}
}

func (r *Run) list(list *[]Listed, one Listed) {
	if len(*list) < maxListed {
		*list = append(*list, one)
	} else {
		r.LeftOut++
	}
}

func (r *Run) note(note string, count int) {
	if r.Notes == nil {
		r.Notes = map[string]int{}
	}
	if _, ok := r.Notes[note]; ok || len(r.Notes) < maxListed {
		r.Notes[note] += count
	}
}

func (r *Run) countOptional(key string, lost, kept int) {
	if lost == 0 && kept == 0 {
		return
	}
	if r.Optional == nil {
		r.Optional = map[string][2]int{}
	}
	before := r.Optional[key]
	r.Optional[key] = [2]int{before[0] + lost, before[1] + kept}
}

// find adds a difference to a like one.
func (r *Run) find(f *found) {
	if len(r.positions) != len(r.Found) {
		r.positions = map[foundKey]*found{}
		for _, f := range r.Found {
			r.positions[f.identity()] = f
		}
	}
	like := r.positions[f.identity()]
	if like == nil {
		if len(r.Found) >= maxFound {
			r.LeftOut++
			return
		}
		if r.positions == nil {
			r.positions = map[foundKey]*found{}
		}
		r.positions[f.identity()] = f
		r.Found = append(r.Found, f)
		return
	}
	like.Answers += f.Answers
	like.Changed += f.Changed
	like.IsWeak = like.IsWeak && f.IsWeak
	if f.OldCount.Of > like.OldCount.Of {
		like.OldCount = f.OldCount
	}
	for _, place := range f.Places {
		if len(like.Places) < maxPlaces && !slices.Contains(like.Places, place) {
			like.Places = append(like.Places, place)
		}
	}
}

// Merge adds what another process compared.
func (r *Run) Merge(other Run) {
	for verdict, count := range other.Counts {
		if r.Counts == nil {
			r.Counts = map[Verdict]int{}
		}
		r.Counts[verdict] += count
	}
	for _, f := range other.Found {
		if f != nil {
			copied := *f
			copied.Places = slices.Clone(f.Places)
			r.find(&copied)
		}
	}
	for _, one := range other.Listed {
		r.list(&r.Listed, one)
	}
	for _, one := range other.Requests {
		r.list(&r.Requests, one)
	}
	for note, count := range other.Notes {
		r.note(note, count)
	}
	for key, counts := range other.Optional {
		r.countOptional(key, counts[0], counts[1])
	}
	r.Answers.merge(other.Answers)
	r.LeftOut += other.LeftOut
}
