package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// texts are those of one interaction. They share its room: a short text is whole, and long
// ones are cut to one length.
type texts struct{ all []text }

type text struct {
	whole string
	shown *string
	left  *int // how many bytes are left out
}

func (t *texts) add(whole string, shown *string, left *int) {
	if whole != "" {
		t.all = append(t.all, text{whole, shown, left})
	}
}

// mostOfText is how many bytes of a text are shown at most, and leastOfText at least.
const (
	mostOfText  = 64 << 10
	leastOfText = 80
)

// fit shows the texts in so many bytes, about, and counts those that are not whole.
func (t *texts) fit(room int) (cut int) {
	limit := max(min(t.level(room), mostOfText), leastOfText)
	for _, text := range t.all {
		*text.shown, *text.left = begin(text.whole, limit)
		if *text.left > 0 {
			cut++
		}
	}
	return cut
}

// level returns the length to which long texts are cut, so that all have room.
func (t *texts) level(room int) int {
	lengths := make([]int, len(t.all))
	for n, text := range t.all {
		lengths[n] = len(text.whole) + len(text.whole)/8 // in JSON it is longer
	}
	slices.Sort(lengths)
	for n, length := range lengths {
		if share := room / (len(lengths) - n); length > share {
			return share
		}
		room -= length
	}
	return mostOfText
}

// longestSecret is the size in bytes of what is looked at after a cut: a secret that
// begins before it is found whole.
const longestSecret = 4 << 10

// begin returns the begin of a text without secrets, and how many bytes follow.
func begin(whole string, limit int) (shown string, left int) {
	read := whole[:min(len(whole), limit+longestSecret)]
	shown = withoutSecrets(strings.ToValidUTF8(read, "\uFFFD"))
	if len(read) == len(whole) && len(shown) <= limit {
		return lines(shown), 0
	}
	end := min(limit, len(shown))
	for end > 0 && end < len(shown) && !utf8.RuneStart(shown[end]) {
		end--
	}
	return lines(shown[:end]), max(1, len(whole)-end)
}

// lines returns a text in which everything is seen, see [Visible]. Line feeds and tabs stay.
func lines(text string) string {
	return Visible(withLineFeeds(text), func(r rune) bool { return r == '\n' || r == '\t' })
}

// line is the same for a text that stands in one line.
func line(text string) string {
	return Visible(withLineFeeds(text), func(rune) bool { return false })
}

func withLineFeeds(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// IsHidden is true for controls, for what turns the direction of writing, and for line ends
// that only some programs know.
func IsHidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Visible returns a text that hides nothing and moves no cursor: what is hidden is written
// as escapes, but for what stays.
func Visible(text string, stays func(rune) bool) string {
	isHidden := func(r rune) bool { return !stays(r) && IsHidden(r) }
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsFunc(text, isHidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isHidden(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
