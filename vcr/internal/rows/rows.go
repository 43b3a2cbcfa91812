// Package rows shows a stream of records, so that its answer reads as a line of words.
// Neighbours that differ in few places are shown once, as a template, and below it
// stand rows of what differs. A person may edit them; they restore to the byte.
//
//	event: content_block_delta
//	data: {"type":"content_block_delta","delta":{"text":"<text>"}<pad>}
//	<text> |The sky| is| blue.\n|
//	<text> |Look| up|!|
//	<pad> ||  |   ||  | |
//
// # Grammar
//
// The text is cut into groups. Of [Events] a group ends with an empty line, and an
// event is a record. Of [Lines] a group is a line and the rows below it, and a line is
// a record. The last group may lack its end; so does its last record then.
//
// From the first line after a group's first that begins with <, all lines of the group
// are rows. The lines above them are the template. A group without rows is one record.
//
// A row is its name between < and >, a blank and |, then values, each ended by |, at
// which the line ends. A name has letters, digits, "_", "." and "-". Lines of one name
// stand together, and continue the row. All rows of a group have the same number of
// values, at least one, and each has a place in the template.
//
// A | in a value is written \|. A | after an even number of backslashes ends the value.
// Else values are what was on the wire: escapes of JSON stay.
//
// There is one record for each value of a row: the template, with the value in each
// place of the row's name. Values are not searched for names. Other text between < and >
// is text. But <#>, outside rows, is the number of records before this one.
//
// # Limits
//
// Time is linear in the text and what it restores to. The latter is at most 64 times
// the former, because who reads a tape trusts its size. A template has at most 50 rows.
//
// All functions are safe for concurrent use and do not change their arguments.
package rows

// A Form says how a stream is cut into records.
type Form int

const (
	Events Form = iota // each record ends with an empty line
	Lines              // each record is a line
)

// end returns what ends each record.
func (f Form) end() string {
	if f == Events {
		return "\n\n"
	}
	return "\n"
}

// mostGrowth is how many times its size a text may restore to. Streams of short words
// in long envelopes reach 50.
const mostGrowth = 64

// mostRows is how many rows a template may have. More would be slow to look up, and
// nobody could read them.
const mostRows = 50

// isName reports whether c may be in the name of a row.
func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '.' || c == '-'
}
