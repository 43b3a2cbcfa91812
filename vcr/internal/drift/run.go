package drift

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of a run.
const (
	maxFound  = 5000
	maxPlaces = 5
	maxListed = 200 // of recordings that failed and the like
)

// A Run is what was compared in a run, or in one process of it. The zero value is an empty
// run. It travels as JSON. It is not safe for concurrent use.
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

// A Report is what a run shows.
type Report struct {
	Compared    int          `json:"compared"` // pairs of answers
	Silent      int          `json:"silent"`   // of them differ in noise alone
	Differences []Difference `json:"differences"`
	Requests    []Listed     `json:"requests,omitempty"` // that our own code sends differently
	Failed      []Listed     `json:"failed,omitempty"`
	Unread      []Listed     `json:"unread,omitempty"`
	Unasked     []Listed     `json:"unasked,omitempty"`
	Added       []Listed     `json:"added,omitempty"`
	Notes       []string     `json:"notes,omitempty"`
	LeftOut     int          `json:"leftOut,omitempty"`
}

// Worst returns the highest severity of a difference.
func (r Report) Worst() Severity {
	worst := Noise
	for _, d := range r.Differences {
		worst = max(worst, d.Severity)
	}
	return worst
}

// Report judges what was found with the evidence of the run. The gravest come first.
func (r *Run) Report() Report {
	report := Report{Compared: r.Counts[Same] + r.Counts[Drifted], Silent: r.Counts[Same], Requests: r.Requests, LeftOut: r.LeftOut}
	for _, one := range r.Listed {
		switch one.Verdict {
		case Failed:
			report.Failed = append(report.Failed, one)
		case Unread:
			report.Unread = append(report.Unread, one)
		case Unasked:
			report.Unasked = append(report.Unasked, one)
		case Added:
			report.Added = append(report.Added, one)
		}
	}
	for _, f := range r.Found {
		if d := r.judge(f); d.Severity > Noise {
			report.Differences = append(report.Differences, d)
		}
	}
	slices.SortFunc(report.Differences, func(a, b Difference) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Endpoint, b.Endpoint),
			cmp.Compare(a.Event, b.Event), cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New),
		)
	})
	nameInstead(report.Differences)
	for note, count := range r.Notes {
		report.Notes = append(report.Notes, counted(count, note))
	}
	slices.Sort(report.Notes)
	return report
}

// judge returns a difference with its severity and the counts of the run.
func (r *Run) judge(f *found) Difference {
	d := f.Difference
	owner, at, e := r.evidence(f)
	d.NewCount = Count{d.Answers, d.Answers}
	if e != nil {
		d.NewCount.Of = e.Answers
	}
	mayBreak := !f.IsWeak && d.Changed < d.Answers
	d.Severity = Notice
	switch d.Kind {
	case Status, MediaType, Form, Type, Value:
		if mayBreak {
			d.Severity = Breaking
		}
	case Null:
		if at == nil || at.Filled > 0 {
			d.Severity = Noise
		}
	case Gone, EventGone:
		with := 0
		if at != nil {
			with = at.With
			d.NewCount.N = at.Always
		} else {
			d.NewCount.N = 0
		}
		switch {
		case d.Kind == EventGone && e != nil:
			d.NewCount.Of = e.Whole
		case owner != nil:
			d.NewCount.Of = owner.Objects
		}
		switch {
		case f.Optional:
			if with > 0 || !r.isMissed(f, d) {
				d.Severity = Noise
			}
		case mayBreak && with == 0 && d.OldCount.Of >= enough:
			d.Severity = Breaking
		}
	case New, EventNew:
		if at != nil && owner != nil {
			d.NewCount = Count{at.With, max(owner.Objects, at.With)}
		}
	}
	return d
}

// evidence returns what the new answers of the run know of a path.
func (r *Run) evidence(f *found) (owner, at *known, e *endpoint) {
	e = r.Answers.Endpoints[f.Key]
	if e == nil || e.Root == nil {
		return nil, nil, nil
	}
	if f.Kind == EventGone || f.Kind == EventNew {
		return e.Root, e.Root.Variants["event="+f.Old+f.New], e
	}
	p, err := parsePath(f.Path)
	if err != nil || f.Path == "" {
		return nil, nil, e
	}
	owner, at = e.Root.at(f.Event, p)
	return owner, at, e
}

// unlikely is the chance below which an optional field is said to be gone.
const unlikely = 0.01

// isMissed reports whether an optional field is missing from more new answers than
// chance explains: by how many recordings have it, or by how often the other optional
// fields of the endpoint were lost.
func (r *Run) isMissed(f *found, d Difference) bool {
	if f.Answers < 2 || f.IsWeak {
		return false
	}
	byCount := 1.0
	have, all, now := float64(d.OldCount.N), float64(d.OldCount.Of), float64(d.NewCount.Of)
	for n := 0.0; n < have; n++ {
		byCount *= (all - n) / (all + now - n)
	}
	others := r.Optional[f.Key]
	lost, kept := float64(max(others[0]-f.Answers, 0)), float64(others[1])
	byOthers := math.Pow((lost+1)/(lost+kept+2), float64(f.Answers))
	return min(byCount, byOthers) < unlikely
}

// nameInstead says what is new where something is gone.
func nameInstead(differences []Difference) {
	type place struct{ endpoint, event, parent string }
	added := map[place][]string{}
	for _, d := range differences {
		if parent, name := split(d.Path); d.Kind == New && name != "" {
			for _, event := range slices.Compact([]string{"", d.Event}) {
				if at := (place{d.Endpoint, event, parent}); !slices.Contains(added[at], name) {
					added[at] = append(added[at], name)
				}
			}
		}
	}
	for n, d := range differences {
		if parent, name := split(d.Path); d.Kind == Gone && name != "" {
			instead := added[place{d.Endpoint, d.Event, parent}]
			if len(instead) == 0 {
				instead = added[place{d.Endpoint, "", parent}]
			}
			differences[n].Instead = instead[:min(len(instead), maxInstead)]
		}
	}
}

const maxInstead = 3

// split returns the path around a member, and its name; "" for what is no member.
func split(text string) (parent, name string) {
	p, err := parsePath(text)
	if err != nil || len(p) == 0 || p[len(p)-1].kind != member {
		return "", ""
	}
	return p[:len(p)-1].String(), p[len(p)-1].name
}
