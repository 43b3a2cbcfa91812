package media_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// bodies draws compact JSON texts with all that is awkward in them: the same seed, the same bodies.
type bodies struct{ *rand.Rand }

func seeded(seed uint64) bodies {
	return bodies{rand.New(rand.NewPCG(seed, 1))}
}

func (b bodies) oneOf(texts ...string) string {
	return texts[b.IntN(len(texts))]
}

func (b bodies) body() string {
	if b.IntN(200) == 0 {
		depth := b.IntN(100)
		return strings.Repeat(`[{"a":`, depth) + b.container(3) + strings.Repeat(`}]`, depth)
	}
	return b.container(b.IntN(5))
}

func (b bodies) container(depth int) string {
	var text strings.Builder
	count := b.IntN(6)
	if b.IntN(50) == 0 {
		count = b.IntN(60)
	}
	object := b.IntN(2) == 0
	numbers := b.IntN(4) == 0
	for i := range count {
		if i > 0 {
			text.WriteByte(',')
		}
		if object {
			text.WriteString(b.string() + ":")
		}
		if numbers {
			text.WriteString(b.number())
		} else {
			text.WriteString(b.value(depth))
		}
	}
	if object {
		return "{" + text.String() + "}"
	}
	return "[" + text.String() + "]"
}

func (b bodies) value(depth int) string {
	switch b.IntN(6) {
	case 0:
		return b.oneOf("true", "false", "null")
	case 1:
		return b.number()
	case 2, 3:
		if depth > 0 {
			return b.container(depth - 1)
		}
	}
	return b.string()
}

func (b bodies) number() string {
	if b.IntN(2) == 0 {
		return fmt.Sprint(b.Float64())
	}
	return b.oneOf("0", "-0", "1", "1.0", "1e3", "1E+03", "10e-1", "-0.00120", "0e0", "9007199254740993", "1e999999999")
}

func (b bodies) string() string {
	var text strings.Builder
	text.WriteByte('"')
	count := b.IntN(5)
	if b.IntN(30) == 0 {
		count = b.IntN(40)
	}
	for range count {
		text.WriteString(b.oneOf(`\n`, `\n`, `\n\n`, `\\n`, `\\\n`, `\\`, `\"`, `\t`, `\r\n`, `\/`, `\u00e9`, `\u003c`, `\ud83d\ude00`, `\ud800`,
			`\udc00`, `\u000a`, "é", "日本", "😀", "\u2028", "\x7f", " ", "  ", "|", "- ", ": ", ", ", "{", "]", "#", "'", "a", "n", "Answer briefly."))
	}
	text.WriteByte('"')
	return text.String()
}

// edited lays out body in a way that no writer would, but a person might.
func (b bodies) edited(body string) string {
	var text strings.Builder
	quoted, escaped := false, false
	for i := range len(body) {
		c := body[i]
		structure := !quoted && strings.IndexByte("{}[]:,", c) >= 0
		if structure {
			text.WriteString(b.oneOf("", "", " ", "\n", "\r\n\t"))
		}
		if quoted && !escaped && b.IntN(20) == 0 {
			text.WriteString(b.oneOf("\n|", "\n  |", "\r\n \t|"))
		}
		text.WriteByte(c)
		if structure {
			text.WriteString(b.oneOf("", "", " ", "\n\n  ", "\r\n\t"))
		}
		if c == '"' && !escaped {
			quoted = !quoted
		}
		escaped = quoted && c == '\\' && !escaped
	}
	return text.String()
}
