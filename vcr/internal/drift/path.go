package drift

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A step leads from a value to one inside it.
type step struct {
	kind stepKind
	name string // of a member; of a variant "type=text"
}

type stepKind byte

const (
	member   stepKind = iota // .name
	elements                 // [*]
	variant                  // [?@.type=='text']: stays at the object
	anywhere                 // ..name, in rules only
)

// A path is a JSONPath of names, wildcards and simple filters.
type path []step

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// String returns the JSONPath.
func (p path) String() string {
	var text strings.Builder
	text.WriteByte('$')
	for _, s := range p {
		switch s.kind {
		case elements:
			text.WriteString("[*]")
		case variant:
			field, value, _ := strings.Cut(s.name, "=")
			fmt.Fprintf(&text, "[?@%s=='%s']", memberText(field), quote(value))
		case anywhere:
			text.WriteString(".." + s.name)
		default:
			text.WriteString(memberText(s.name))
		}
	}
	return text.String()
}

func memberText(name string) string {
	if plainName.MatchString(name) {
		return "." + name
	}
	return "['" + quote(name) + "']"
}

// quote spells a text between single quotes.
func quote(text string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text)
}

func unquote(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(text)
}

var pathPart = regexp.MustCompile(`^(?:` +
	`\.\.([A-Za-z_][A-Za-z0-9_]*)|` +
	`\.([A-Za-z_][A-Za-z0-9_]*)|` +
	`\['((?:[^'\\]|\\.)*)'\]|` +
	`(\[\*\]|\.\*)|` +
	`\[\?\s*@(?:\.([A-Za-z_][A-Za-z0-9_]*)|\['((?:[^'\\]|\\.)*)'\])\s*==\s*'((?:[^'\\]|\\.)*)'\s*\]` +
	`)`)

// parsePath reads what [path.String] returns, and what users write in rules.
func parsePath(text string) (path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	var p path
	for ok && rest != "" {
		found := pathPart.FindStringSubmatch(rest)
		if ok = found != nil; !ok {
			break
		}
		rest = rest[len(found[0]):]
		switch {
		case found[1] != "":
			p = append(p, step{anywhere, found[1]})
		case found[2] != "":
			p = append(p, step{member, found[2]})
		case found[4] != "":
			p = append(p, step{elements, ""})
		case strings.HasPrefix(found[0], "[?"):
			p = append(p, step{variant, unquote(found[5]+found[6]) + "=" + unquote(found[7])})
		default:
			p = append(p, step{member, unquote(found[3])})
		}
	}
	if !ok {
		return nil, fmt.Errorf("%q is not a path of names, [*] and [?@.type=='…']; write one such as $.choices[*].message", text)
	}
	return p, nil
}

// matches reports whether a rule names the value at a path.
func (p path) matches(at path) bool { return p.match(at, false) }

// covers reports whether a rule names the value at a path or one around it.
func (p path) covers(at path) bool { return p.match(at, true) }

// match skips variants that the rule does not name: they stay at the object.
func (p path) match(at path, orInside bool) bool {
	if len(p) == 0 {
		return orInside || !slices.ContainsFunc(at, func(s step) bool { return s.kind != variant })
	}
	if len(at) == 0 {
		return false
	}
	switch first := p[0]; {
	case first.kind == anywhere:
		for n, s := range at {
			if s == (step{member, first.name}) && p[1:].match(at[n+1:], orInside) {
				return true
			}
		}
		return false
	case at[0].kind == variant && first.kind != variant:
		return p.match(at[1:], orInside)
	case first.kind == elements:
		return at[0].kind != variant && p[1:].match(at[1:], orInside)
	default:
		return first == at[0] && p[1:].match(at[1:], orInside)
	}
}
