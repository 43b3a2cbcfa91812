package drift

import (
	"cmp"
	"math"
	"slices"
)

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
	report := Report{Differences: []Difference{}, Compared: r.Counts[Same] + r.Counts[Drifted], Silent: r.Counts[Same], Requests: r.Requests, LeftOut: r.LeftOut}
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
