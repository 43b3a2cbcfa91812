package chat

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/internal/usage"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// counts say where an answer, or the events of a stream, tell its tokens.
type counts struct {
	mark   string   // a text in each body that tells them
	at     []string // the paths of the objects that hold the fields, "" for the body itself
	fields []field
	// isOptional says that some answers tell none.
	isOptional bool
}

// A field is a number of tokens below the object. Of several events that have it, the
// last one counts.
type field struct {
	name string
	kind usage.Kind
	// in is the name of a field before this one whose number includes it; "" for none.
	in string
}

// maxTokens is more than any answer takes.
const maxTokens = 1_000_000_000

// UsageOf returns the tokens that the answer of a decoded interaction tells. It is the
// zero value if no reader knows the URL, or if the service answered with an error.
func UsageOf(i *cassette.Interaction) usage.Usage {
	if i.Response.Status < 200 || i.Response.Status > 299 {
		return usage.Usage{}
	}
	r, at := readerOf(i)
	if r == nil || len(r.counts) == 0 {
		return usage.Usage{}
	}
	answer := body(i.Response.Header, i.Response.Body)
	kind := kindOf(i.Response.Header.Get("Content-Type"), answer)
	var told usage.Usage
	for _, c := range r.counts {
		t := tally{counts: c, numbers: make([]number, len(c.fields))}
		t.read(kind, answer)
		if told = t.usage(); t.isTold {
			told.Model = t.model
			break
		}
	}
	if told.IsMissing && inHeaders(i, &told) {
		told.IsMissing = false
	}
	told.Model = r.modelOf(i, told.Model, at)
	return told
}

// A tally is what the events of one answer told so far.
type tally struct {
	counts
	numbers []number // for each field
	isTold  bool
	model   string
}

type number struct {
	written value  // as the answer has it, nil if it does not
	at      string // the path of the object around it
}

func (n number) path(f field) string { return strings.TrimPrefix(n.at+"."+f.name, ".") }

func (t *tally) read(kind media.Kind, answer []byte) {
	switch {
	case kind == media.JSON && bytes.HasPrefix(answer, []byte{'['}):
		for event := range value(answer).items() {
			t.note(event)
		}
	case kind == media.JSON:
		t.note(answer)
	default:
		for _, event := range media.Events(kind, answer) {
			t.note(event)
		}
	}
}

// note takes down what a body or an event tells.
func (t *tally) note(body value) {
	if !bytes.Contains(body, []byte(t.mark)) {
		return
	}
	for _, path := range t.at {
		object := body
		if path != "" {
			object = body.at(path)
		}
		isTold := false
		for n, f := range t.fields {
			if written := object.at(f.name); written.isThere() {
				t.numbers[n] = number{written, path}
				isTold = true
			}
		}
		if isTold {
			t.isTold = true
			t.nameModel(body, path)
		}
	}
}

// nameModel notes the model that an event names, beside the tokens or around them.
func (t *tally) nameModel(body value, path string) {
	parent := ""
	if end := strings.LastIndexByte(path, '.'); end >= 0 {
		parent = path[:end+1]
	}
	for _, name := range []string{parent + "model", "model", "modelVersion"} {
		if model := body.textAt(name); model != "" {
			t.model = model
			return
		}
	}
}

// usage sums up the numbers that are numbers of tokens.
func (t *tally) usage() usage.Usage {
	told := usage.Usage{IsMissing: !t.isTold && !t.isOptional}
	counted := make([]int64, len(t.fields)) // -1 if it is not a number of tokens
	for n, number := range t.numbers {
		if number.written == nil {
			continue
		}
		f := t.fields[n]
		tokens, err := strconv.ParseInt(string(number.written), 10, 64)
		if err != nil || tokens < 0 || tokens > maxTokens {
			told.Flaws = append(told.Flaws, fmt.Sprintf("%s is %s, not a number of tokens", number.path(f), number.written.shown()))
			counted[n] = -1
			continue
		}
		for whole, w := range t.fields {
			if f.in != "" && w.name == f.in {
				if counted[whole] >= 0 && tokens > counted[whole] {
					told.Flaws = append(told.Flaws, fmt.Sprintf("%s is %d, more than %s, which includes it", number.path(f), tokens, f.in))
					tokens = 0
				}
				tokens = min(tokens, told.Tokens[w.kind]) // what is both cached and sound counts once
				told.Tokens[w.kind] -= tokens
			}
		}
		counted[n] = tokens
		told.Tokens[f.kind] += tokens
	}
	return told
}

// inHeaders reads the tokens that Bedrock tells in the headers of an answer.
func inHeaders(i *cassette.Interaction, told *usage.Usage) bool {
	isTold := false
	for _, field := range []struct {
		name string
		kind usage.Kind
	}{{"X-Amzn-Bedrock-Input-Token-Count", usage.Input}, {"X-Amzn-Bedrock-Output-Token-Count", usage.Output}} {
		text := i.Response.Header.Get(field.name)
		if text == "" {
			continue
		}
		isTold = true
		tokens, err := strconv.ParseInt(text, 10, 64)
		if err != nil || tokens < 0 || tokens > maxTokens {
			told.Flaws = append(told.Flaws, fmt.Sprintf("%s is %s, not a number of tokens", field.name, value(text).shown()))
			continue
		}
		told.Tokens[field.kind] += tokens
	}
	return isTold
}
