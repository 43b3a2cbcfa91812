package drift

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// Bounds of a shape. What is deeper, or one too many, is not looked into.
const (
	maxDepth    = 40
	maxMembers  = 400 // of an object
	maxVariants = 64
	maxWords    = 16 // of a field
)

// A shape is what values at one path of an answer have in common.
type shape struct {
	seen     int // how many values there are
	nulls    int // of them
	objects  int // of them
	types    types
	words    []string          // values of a field that counts by value, sorted
	members  map[string]*shape // of all objects
	items    *shape            // of all arrays, and of members whose keys are ids
	variants map[string]*shape // the objects apart, as "type=text"; a call of a tool as "name=search"
	isOver   bool              // there was more than the bounds allow
}

// Types is a set of types of JSON. Null is none.
type types uint8

const (
	objectType types = 1 << iota
	arrayType
	textType
	numberType
	booleanType
)

var typeNames = []string{"object", "array", "string", "number", "boolean"}

// String returns the names of the types.
func (t types) String() string {
	var named []string
	for n, name := range typeNames {
		if t&(1<<n) != 0 {
			named = append(named, name)
		}
	}
	if len(named) == 0 {
		return "null"
	}
	return strings.Join(named, " or ")
}

// A walker makes the shape of one answer.
type walker struct {
	rules *ruleSet
	root  *shape
	at    path
	calls []*call
	index string // that an object around this one gives, so that parts of a call find each other
	// In an event, objects are told apart once more; in another variant they are not.
	inEvent, inVariant bool
	label              string // the member of a record that names its event, "" for none
}

func (w *walker) document(value any) *shape {
	w.begin()
	w.add(w.root, value, false)
	return w.finish()
}

// begin begins the shape of an answer. That of a stream has all data together, and one
// variant for each event.
func (w *walker) begin() { w.root, w.at, w.calls = &shape{}, nil, nil }

func (w *walker) finish() *shape {
	w.finishCalls()
	return w.root
}

// event adds an event of a stream whose data may be JSON.
func (w *walker) event(name string, data []byte) {
	if name == "ping" {
		return // comes and goes
	}
	data = bytes.TrimSpace(data)
	value, err := media.ParseJSON(data)
	switch _, isObject := value.(map[string]any); {
	case err == nil && (isObject || name == ""):
		w.record(name, value)
	case name != "":
		w.addVariant(w.root, "event="+name, nil)
	case len(data) > 1 && data[0] == '[' && isWord(string(data)): // [DONE]
		w.addVariant(w.root, "event="+string(data), nil)
	}
}

// record adds the data of an event, which has its name or is named by its data.
func (w *walker) record(name string, value any) {
	object, ok := value.(map[string]any)
	if !ok {
		w.add(w.root, value, true)
		return
	}
	w.label = ""
	named := object
	if inner, ok := object["bytes"].(map[string]any); ok && name != "" { // an event of a model in one of AWS
		named, name = inner, ""
	}
	if kind, _ := named["type"].(string); name == "" && kind != "" && isWord(kind) || name == kind {
		name, w.label = kind, "type"
	}
	if name == "ping" {
		return
	}
	if name == "" || len(name) > maxWord {
		w.add(w.root, value, true)
		return
	}
	w.root.seen++
	w.root.types |= objectType
	w.addMembers(w.root, object)
	w.addVariant(w.root, "event="+name, object)
}

// add adds a value. An element of an array, and data of a stream, is kept apart by its
// variant too.
func (w *walker) add(s *shape, value any, isElement bool) {
	s.seen++
	switch v := value.(type) {
	case nil:
		s.nulls++
	case bool:
		s.types |= booleanType
	case json.Number:
		s.types |= numberType
	case string:
		s.types |= textType
	case []any:
		s.types |= arrayType
		w.addItems(s, v)
	case map[string]any:
		s.types |= objectType
		w.addMembers(s, v)
		if isElement && len(w.at) < maxDepth && !w.inVariant {
			if label := w.rules.discriminator(w.at, v); label != "" {
				w.addVariant(s, label, v)
			}
		}
	}
}

func (w *walker) addItems(s *shape, items []any) {
	if len(items) == 0 || len(w.at) >= maxDepth {
		return
	}
	if s.items == nil {
		s.items = &shape{}
	}
	w.at = append(w.at, step{elements, ""})
	for _, item := range items {
		w.add(s.items, item, true)
		w.keepWords(s.items, "", item)
	}
	w.at = w.at[:len(w.at)-1]
}

func (w *walker) addMembers(s *shape, object map[string]any) {
	s.objects++
	if len(w.at) >= maxDepth {
		return
	}
	before := w.index
	w.enterIndex(object)
	if s.members == nil {
		s.members = make(map[string]*shape, len(object))
	}
	for name, value := range object {
		w.addMember(s, name, value)
	}
	if !w.inVariant && !w.inEvent {
		w.findCall(s, object)
	}
	w.index = before
}

func (w *walker) addMember(s *shape, name string, value any) {
	if isID(name) {
		w.at = append(w.at, step{elements, ""})
		if s.items == nil {
			s.items = &shape{}
		}
		w.add(s.items, value, true)
		w.at = w.at[:len(w.at)-1]
		return
	}
	m := s.members[name]
	if m == nil {
		if len(s.members) >= maxMembers {
			s.isOver = true
			return
		}
		m = &shape{}
		s.members[name] = m
	}
	w.at = append(w.at, step{member, name})
	if isOpaque(name) {
		w.addOpaque(m, value)
	} else {
		w.add(m, value, false)
	}
	w.keepWords(m, name, value)
	w.at = w.at[:len(w.at)-1]
}

// addOpaque adds a value without looking into it.
func (w *walker) addOpaque(s *shape, value any) {
	s.seen++
	switch value.(type) {
	case nil:
		s.nulls++
	case bool:
		s.types |= booleanType
	case json.Number:
		s.types |= numberType
	case string:
		s.types |= textType
	case []any:
		s.types |= arrayType
	case map[string]any:
		s.types |= objectType
	}
}

// keepWords keeps the value of a field that counts by its value.
func (w *walker) keepWords(s *shape, name string, value any) {
	if text, ok := value.(string); ok && isWord(text) && isEnum(name) && !w.isLabelled(name) {
		s.keepWord(text)
		return
	}
	if len(w.rules.enums) == 0 && len(w.rules.exact) == 0 {
		return
	}
	if text, ok := value.(string); ok && names(w.rules.enums, w.at) {
		s.keepWord(text)
	} else if names(w.rules.exact, w.at) {
		s.keepWord(string(media.AppendJSON(nil, value)))
	}
}

// isLabelled reports whether a member names its event, so that a new value is a new event.
func (w *walker) isLabelled(name string) bool {
	depth := 1
	if w.inEvent {
		depth++ // a variant is a step
	}
	return name == w.label && len(w.at) == depth
}

func (s *shape) keepWord(word string) {
	if len(word) > maxWord {
		h := fnv.New32a()
		_, _ = h.Write([]byte(word))
		word = fmt.Sprintf("%s… (%d bytes, %08x)", strings.ToValidUTF8(word[:24], ""), len(word), h.Sum32())
	}
	n, found := slices.BinarySearch(s.words, word)
	switch {
	case found:
	case len(s.words) >= maxWords:
		s.isOver = true
	default:
		s.words = slices.Insert(slices.Clip(s.words), n, word)
	}
}

// addVariant adds an object to those of its variant. Object may be nil: then only that
// there is one counts.
func (w *walker) addVariant(s *shape, label string, object map[string]any) {
	v := s.variants[label]
	if v == nil {
		if len(s.variants) >= maxVariants {
			s.isOver = true
			return
		}
		if s.variants == nil {
			s.variants = map[string]*shape{}
		}
		v = &shape{}
		s.variants[label] = v
	}
	v.seen++
	if object != nil {
		v.types |= objectType
		wasEvent, wasVariant := w.inEvent, w.inVariant
		w.inEvent, w.inVariant = wasEvent || isEvent(label), wasVariant || !isEvent(label)
		w.at = append(w.at, step{variant, label})
		w.addMembers(v, object)
		w.at = w.at[:len(w.at)-1]
		w.inEvent, w.inVariant = wasEvent, wasVariant
	}
}

// without returns the shape of the objects whose variant is known, and false if one has
// no variant, so that they cannot be told apart.
func (s *shape) without(unknown []string) (*shape, bool) {
	labelled := 0
	for _, v := range s.variants {
		labelled += v.seen
	}
	if labelled < s.objects || s.isOver {
		return nil, false
	}
	rest := &shape{seen: s.seen - s.objects, nulls: s.nulls, types: s.types &^ objectType, words: s.words, items: s.items, variants: s.variants}
	for label, v := range s.variants {
		if !slices.Contains(unknown, label) {
			rest.merge(v)
		}
	}
	return rest, true
}

// merge adds another shape, but for its variants. It shares nothing with it.
func (s *shape) merge(other *shape) {
	s.seen += other.seen
	s.nulls += other.nulls
	s.objects += other.objects
	s.types |= other.types
	s.isOver = s.isOver || other.isOver
	for _, word := range other.words {
		s.keepWord(word)
	}
	for name, m := range other.members {
		if s.members == nil {
			s.members = map[string]*shape{}
		}
		if s.members[name] == nil {
			s.members[name] = &shape{}
		}
		s.members[name].merge(m)
	}
	if other.items != nil {
		merged := &shape{}
		if s.items != nil {
			merged.merge(s.items)
		}
		merged.merge(other.items)
		s.items = merged
	}
}
