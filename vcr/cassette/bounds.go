package cassette

import (
	"bytes"
	"fmt"
	"regexp"
)

// A cassette that somebody else wrote must not take much more memory and time than
// its size lets one expect. What bounds them is far beyond what is recorded.
const (
	// mostValues is how many keys and values a document in another form than the
	// canonical one may have outside its bodies. Yaml.v3 needs some 300 bytes for each.
	mostValues = 50_000
	// mostForeign is how many documents of a file may be in another form.
	mostForeign = 10_000
)

// What is kept of a file may take so many times its size, and a little for a small
// one. Bodies come on top, which take what they have in the file.
const (
	timesSize    = 3
	little       = 32 << 20
	documentCost = 480 // bytes of memory, for an interaction with its place
	fieldCost    = 64  // for a name or value of a header
)

// A budget is the memory that what is kept of a file may still take, in bytes.
type budget int

func budgetOf(data []byte) budget { return budget(timesSize*len(data) + little) }

// spend reports whether there was enough left.
func (b *budget) spend(cost int) bool {
	*b -= budget(cost)
	return *b >= 0
}

func tooMany(file string, line int, of string) error {
	return &ParseError{File: file, Line: line, Reason: fmt.Sprintf("the file has too many %s for its size", of),
		Remedy: "delete it and record this spec again, or several specs in its place"}
}

// refuseForeign returns an error if a document has more values than may be read with
// yaml.v3.
func (d *decoder) refuseForeign(content []byte) error {
	if len(content) < mostValues || valuesOutside(content, mostValues) <= mostValues {
		return nil
	}
	return d.fail(d.line, "", fmt.Sprintf("has more than %d keys and values outside its bodies, in another form than that in which cassettes are written", mostValues), remedyRecord)
}

const remedyRecord = "take out what nobody reads, or delete the file and record this spec again"

var (
	// blockHeader is a line with a key whose value is the block of the lines after it.
	blockHeader = regexp.MustCompile(`^ *(?:- )?[\w-]+: +[|>][0-9+-]* *$`)
	// quotedLine is a line with a key whose quotes all end on it.
	quotedLine = regexp.MustCompile(`^ *(?:[\w-]+|"(?:[^"\\]|\\.)*"): (?:\[(?:(?:[\w./*-][^"',\[\]{}]*|"(?:[^"\\]|\\.)*")(?:, |\]$))+|"(?:[^"\\]|\\.)*")$`)
)

// valuesOutside counts what may begin a key or value, outside of the blocks that hold
// bodies. It stops beyond most. It may count too many: within quotes, and in all
// blocks after a line on which a quote may stay open.
func valuesOutside(content []byte, most int) int {
	count, mayBeQuoted := 0, false
	block := -1 // the indentation of the key whose block the lines belong to
	for line := range bytes.Lines(content) {
		line = bytes.TrimRight(line, "\r\n")
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		switch {
		case block >= 0 && (indent > block || indent == len(line)):
			continue
		case !mayBeQuoted && blockHeader.Match(line):
			block = indent
		case !mayBeQuoted && indent < len(line) && line[indent] == '#':
			block = -1
			count++ // yaml.v3 keeps comments
			continue
		default:
			block = -1
			mayBeQuoted = mayBeQuoted || bytes.ContainsAny(line, `"'`) && !quotedLine.Match(line)
		}
		count++
		for _, c := range line {
			if starts[c] {
				count++
			}
		}
		if count > most {
			break
		}
	}
	return count
}

// starts are the characters after which YAML may begin a value.
var starts = [256]bool{',': true, ':': true, '[': true, '{': true, '-': true, '?': true}
