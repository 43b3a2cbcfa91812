package redaction

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// mayHoldCommand reports whether commandEdits may find something in a text.
func mayHoldCommand(text []byte) bool {
	return bytes.Contains(text, []byte("Authorization")) || holdsCurl(text) ||
		bytes.IndexByte(text, '@') >= 0 && (bytes.Contains(text, []byte("@tcp(")) || bytes.Contains(text, []byte("@unix(")))
}

// holdsCurl reports whether a text has the word curl before a blank. It is faster than
// bytes.Contains, which gives up jumping from c to c although that pays in prose.
func holdsCurl(text []byte) bool {
	for {
		at := bytes.IndexByte(text, 'c')
		if at < 0 {
			return false
		}
		if text = text[at+1:]; bytes.HasPrefix(text, []byte("url ")) {
			return true
		}
	}
}

// commandEdits returns the edits of drawn credentials in commands and dumps of headers:
// what is behind Authorization and a scheme, in the arguments of curl, and in addresses. It takes part
// in the search for formats, because names do not matter there either.
func (w *walk) commandEdits(text []byte) []media.Edit {
	var edits []media.Edit
	if bytes.Contains(text, []byte("Authorization")) {
		edits = w.schemeEdits(text)
	}
	if holdsCurl(text) {
		edits = merge(edits, w.curlEdits(text))
	}
	return merge(edits, w.driverEdits(text, true))
}

// schemeEdits returns the edits of drawn tokens behind Bearer and the like, and of user
// and password behind Basic, close to the word authorization.
func (w *walk) schemeEdits(text []byte) []media.Edit {
	const near = 40
	var edits []media.Edit
	for at := 0; ; {
		offset := bytes.Index(text[at:], []byte("Authorization"))
		if offset < 0 {
			return edits
		}
		at += offset + len("Authorization")
		scheme, start := schemeIn(text[at:min(len(text), at+near)])
		if scheme == "" {
			continue
		}
		start += at
		end := start
		for end < len(text) && end-start < longestAssigned && (isBase64(text[end]) || strings.IndexByte("._~=", text[end]) >= 0) {
			end++
		}
		value := bytes.TrimRight(text[start:end], "._~")
		if scheme == "basic" && !isBasic(string(value)) {
			continue
		}
		at = end
		edits = append(edits, w.spanEdits(text, start, start+len(value), inHeader, "authorization", ifDrawn, true)...)
	}
}

// schemeIn returns the first scheme in a text, and where what follows it starts.
func schemeIn(text []byte) (scheme string, end int) {
	for start := 0; start < len(text); start++ {
		if !isLetter(text[start]) || start > 0 && isLetter(text[start-1]) {
			continue
		}
		for _, scheme := range credentialSchemes {
			if end := start + len(scheme); end < len(text) && text[end] == ' ' && bytes.EqualFold(text[start:end], []byte(scheme)) {
				return scheme, end + 1
			}
		}
	}
	return "", 0
}

// isBasic reports whether a value is user and password as Basic sends them.
func isBasic(value string) bool {
	decoded, err := base64.StdEncoding.DecodeString(value)
	if err != nil || bytes.IndexByte(decoded, ':') < 0 {
		return false
	}
	for _, c := range decoded {
		if c < ' ' {
			return false
		}
	}
	return true
}

// curlEdits returns the edits of headers and passwords in the arguments of curl. They
// must be drawn.
func (w *walk) curlEdits(text []byte) []media.Edit {
	var edits []media.Edit
	for _, option := range [...]string{"-H ", "--header ", "-u ", "--user "} {
		for at := 0; ; {
			offset := bytes.Index(text[at:], []byte(option))
			if offset < 0 {
				break
			}
			at += offset + len(option)
			from, to, ok := argumentAt(text, at)
			if !ok {
				continue
			}
			before, value, ok := bytes.Cut(text[from:to], []byte(":"))
			if !ok {
				continue
			}
			name, v := string(before), secret
			if option[1] == 'u' || option[2] == 'u' {
				name = "authorization"
			} else {
				v = w.r.names.verdict(inHeader, before)
			}
			trimmed := bytes.TrimLeft(value, " ")
			if scheme, start := schemeIn(trimmed); scheme != "" {
				trimmed = trimmed[start:]
				v = secret
			}
			if v != kept && !bytes.Contains(trimmed, []byte(" ")) {
				edits = append(edits, w.spanEdits(text, to-len(trimmed), to, inHeader, name, v, true)...)
			}
			at = to
		}
	}
	return sorted(edits)
}

// argumentAt is assignedAt, but without quotes an argument ends only with a blank.
func argumentAt(text []byte, start int) (from, to int, ok bool) {
	if start < len(text) && strings.IndexByte("\"'`\\", text[start]) >= 0 {
		return assignedAt(text, start)
	}
	for to = start; to < len(text) && to-start < longestAssigned && text[to] > ' ' && strings.IndexByte("\"'`\\", text[to]) < 0; to++ {
	}
	return start, to, to > start
}

// holdsOption reports whether a text has an option of a command, such as --token. It does
// not look for one dash: that takes long in prose.
func holdsOption(text []byte) bool {
	return optionIn(text, "--", 0) >= 0
}

// optionIn returns where the next name of an option starts, -1 without one.
func optionIn(text []byte, mark string, at int) int {
	for {
		offset := bytes.Index(text[at:], []byte(mark))
		if offset < 0 {
			return -1
		}
		at += offset + len(mark)
		if at < len(text) && isLetter(text[at]) && (mark[0] == ' ' || startsKey(text, at-len(mark))) {
			return at
		}
	}
}

// optionEdits returns the edits of drawn values of options: --api-key=…, --token … and, as
// programs in Go have them, -token …; also as the elements of an array.
func (w *walk) optionEdits(text []byte) []media.Edit {
	return merge(w.markedOptionEdits(text, "--"), w.markedOptionEdits(text, " -"))
}

func (w *walk) markedOptionEdits(text []byte, mark string) []media.Edit {
	var edits []media.Edit
	for at := optionIn(text, mark, 0); at >= 0; at = optionIn(text, mark, at) {
		start := at
		for at < len(text) && at-start < longestName && isNameByte(text[at]) {
			at++
		}
		name := text[start:at]
		v := w.r.names.verdict(inVariable, name)
		if v == kept || at == len(text) {
			continue
		}
		next := at + 1
		switch quote := text[at]; quote {
		case '=', ' ':
		case '"', '\'':
			comma := skipSpace(text, next)
			if comma == len(text) || text[comma] != ',' {
				continue
			}
			if next = skipSpace(text, comma+1); next == len(text) || text[next] != quote {
				continue
			}
		default:
			continue
		}
		if from, to, ok := assignedAt(text, next); ok {
			edits = append(edits, w.spanEdits(text, from, to, inVariable, string(name), v, true)...)
			at = to
		}
	}
	return edits
}

// driverEdits returns the edits of passwords in the addresses of Go's MySQL driver:
// user:password@tcp(host)/db.
func (w *walk) driverEdits(text []byte, isStrict bool) []media.Edit {
	const longestPassword = 256
	var edits []media.Edit
	for _, network := range [...]string{"@tcp(", "@unix("} {
		for at := 0; ; {
			offset := bytes.Index(text[at:], []byte(network))
			if offset < 0 {
				break
			}
			end := at + offset
			at = end + len(network)
			before := text[max(0, end-longestPassword):end]
			before = before[bytes.LastIndexAny(before, " \t\r\n\"'`\\=")+1:]
			if colon := bytes.IndexByte(before, ':'); colon > 0 {
				start := end - len(before) + colon + 1
				edits = append(edits, w.spanEdits(text, start, end, inBody, "password", secret, isStrict)...)
			}
		}
	}
	return sorted(edits)
}
