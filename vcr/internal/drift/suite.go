package drift

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// maxNodes is the number of paths that a suite or a run remembers: some 50 MB.
const maxNodes = 200_000

// A Suite is what the recordings of a suite say of each endpoint: which fields it has, and
// which of them are optional. It travels as JSON, and is safe for concurrent use.
type Suite struct {
	rules ruleSet

	mu    sync.RWMutex
	known memory
}

// NewSuite returns a Suite that knows nothing yet. The error names a rule that cannot be
// read, and the remedy.
func NewSuite(rules Rules) (*Suite, error) {
	set, err := rules.parse()
	if err != nil {
		return nil, err
	}
	return &Suite{rules: set}, nil
}

// Learn adds a recording. Learn all of a suite before any is replaced, or what an API has
// dropped will look optional. The error is that of [cassette.Interaction.Decode].
func (s *Suite) Learn(i *cassette.Interaction) error {
	if err := i.Decode(); err != nil {
		return err
	}
	a := s.rules.readAnswer(i)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known.add(key(endpointOf(i.Request), a), a)
	return nil
}

// MarshalJSON returns what the suite knows, without its rules.
func (s *Suite) MarshalJSON() ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return json.Marshal(&s.known)
}

// UnmarshalJSON takes over what another suite knew. The rules stay.
func (s *Suite) UnmarshalJSON(data []byte) error {
	var known memory
	if err := json.Unmarshal(data, &known); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = known
	return nil
}

// A memory has what is known of each endpoint.
type memory struct {
	Endpoints map[string]*endpoint `json:"endpoints,omitempty"`
	Nodes     int                  `json:"nodes,omitempty"`
}

// An endpoint is what is known of the answers of one.
type endpoint struct {
	Answers int    `json:"answers"`
	Whole   int    `json:"whole"` // of them reached their end
	Root    *known `json:"root,omitempty"`
}

// A known is what is known of the values at one path. All counts are of answers.
type known struct {
	With     int               `json:"with,omitempty"`    // that have a value
	Always   int               `json:"always,omitempty"`  // in which every object that could has one
	Filled   int               `json:"filled,omitempty"`  // in which one is not null
	Nulls    int               `json:"nulls,omitempty"`   // in which one is null
	Objects  int               `json:"objects,omitempty"` // in which one is an object
	Types    types             `json:"types,omitempty"`
	Words    []string          `json:"words,omitempty"`
	Members  map[string]*known `json:"members,omitempty"`
	Items    *known            `json:"items,omitempty"`
	Variants map[string]*known `json:"variants,omitempty"`
	IsOver   bool              `json:"over,omitempty"` // there was more than is remembered
}

func (m *memory) add(key string, a answer) {
	if a.shape == nil {
		return
	}
	e := m.Endpoints[key]
	if e == nil {
		if m.Nodes >= maxNodes {
			return
		}
		if m.Endpoints == nil {
			m.Endpoints = map[string]*endpoint{}
		}
		m.Nodes++
		e = &endpoint{Root: &known{}}
		m.Endpoints[key] = e
	}
	e.add(a, &m.Nodes)
}

func (e *endpoint) add(a answer, nodes *int) {
	e.Answers++
	if !a.isCut {
		e.Whole++
	}
	e.Root.add(a.shape, !a.isCut, nodes)
}

// add adds the shape of an answer. An answer that is not whole may lack variants.
func (k *known) add(s *shape, isWhole bool, nodes *int) {
	k.With++
	if s.seen > s.nulls {
		k.Filled++
	}
	if s.nulls > 0 {
		k.Nulls++
	}
	if s.objects > 0 {
		k.Objects++
	}
	k.Types |= s.types
	k.IsOver = k.IsOver || s.isOver
	for _, word := range s.words {
		k.keepWord(word)
	}
	for name, m := range s.members {
		if child := k.child(&k.Members, name, nodes); child != nil {
			child.add(m, isWhole, nodes)
			if m.seen >= s.objects {
				child.Always++
			}
		}
	}
	for label, v := range s.variants {
		if child := k.child(&k.Variants, label, nodes); child != nil {
			child.add(v, isWhole, nodes)
			if isWhole {
				child.Always++
			}
		}
	}
	if s.items != nil {
		if k.Items == nil {
			*nodes++
			k.Items = &known{}
		}
		k.Items.add(s.items, isWhole, nodes)
	}
}

func (k *known) child(children *map[string]*known, name string, nodes *int) *known {
	child := (*children)[name]
	if child == nil {
		if *nodes >= maxNodes {
			k.IsOver = true
			return nil
		}
		if *children == nil {
			*children = map[string]*known{}
		}
		*nodes++
		child = &known{}
		(*children)[name] = child
	}
	return child
}

func (k *known) keepWord(word string) {
	n, found := slices.BinarySearch(k.Words, word)
	switch {
	case found:
	case len(k.Words) >= 4*maxWords:
		k.IsOver = true
	default:
		k.Words = slices.Insert(k.Words, n, word)
	}
}

// merge adds what another process knows.
func (m *memory) merge(other memory) {
	for key, e := range other.Endpoints {
		own := m.Endpoints[key]
		if own == nil {
			if m.Nodes >= maxNodes {
				continue
			}
			if m.Endpoints == nil {
				m.Endpoints = map[string]*endpoint{}
			}
			m.Nodes++
			own = &endpoint{Root: &known{}}
			m.Endpoints[key] = own
		}
		own.Answers += e.Answers
		own.Whole += e.Whole
		if e.Root != nil {
			own.Root.merge(e.Root, &m.Nodes, 0)
		}
	}
}

func (k *known) merge(other *known, nodes *int, depth int) {
	if depth > 3*maxDepth {
		return // not one of ours
	}
	k.With += other.With
	k.Always += other.Always
	k.Filled += other.Filled
	k.Nulls += other.Nulls
	k.Objects += other.Objects
	k.Types |= other.Types
	k.IsOver = k.IsOver || other.IsOver
	for _, word := range other.Words {
		k.keepWord(word)
	}
	for name, m := range other.Members {
		if child := k.child(&k.Members, name, nodes); child != nil && m != nil {
			child.merge(m, nodes, depth+1)
		}
	}
	for label, v := range other.Variants {
		if child := k.child(&k.Variants, label, nodes); child != nil && v != nil {
			child.merge(v, nodes, depth+1)
		}
	}
	if other.Items != nil {
		if k.Items == nil {
			*nodes++
			k.Items = &known{}
		}
		k.Items.merge(other.Items, nodes, depth+1)
	}
}

// at returns what is known at a path, and of the objects that could hold it.
func (k *known) at(event string, p path) (owner, at *known) {
	if event != "" {
		if k = k.Variants["event="+event]; k == nil {
			return nil, nil
		}
	}
	owner, at = k, k
	for _, s := range p {
		if at == nil {
			return nil, nil
		}
		owner = at
		switch s.kind {
		case member:
			at = at.Members[s.name]
		case elements:
			at = at.Items
		case variant:
			at = at.Variants[s.name]
		}
	}
	return owner, at
}
