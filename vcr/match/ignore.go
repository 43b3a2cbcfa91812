package match

import (
	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

// ignored stands in a value for what does not count until it is removed.
type ignored struct{}

// ignore removes what the paths lead to. All of them are followed before
// anything is removed, so that an index means the same in each.
func (c *content) ignore(paths []*jsonpath.Path) {
	var found []jsonpath.LocatedNodeList
	for _, path := range paths {
		found = append(found, path.SelectLocated(c.value))
	}
	for _, nodes := range found {
		for _, node := range nodes {
			c.value = edit(c.value, node.Path, ignored{})
			markField(c.fields, node.Path)
		}
	}
	if len(found) > 0 {
		c.value = withoutMarked(c.value)
		c.fields, _ = withoutMarked(c.fields).(map[string]any)
	}
}

// edit replaces the value to which a path leads.
func edit(value any, path spec.NormalizedPath, by any) any {
	if len(path) == 0 {
		return by
	}
	switch v := value.(type) {
	case map[string]any:
		if name, ok := path[0].(spec.Name); ok {
			v[string(name)] = edit(v[string(name)], path[1:], by)
		}
	case []any:
		if index, ok := path[0].(spec.Index); ok {
			v[index] = edit(v[index], path[1:], by)
		}
	}
	return value
}

// markField marks the headers of a field, or of one of several with its name,
// that is ignored as a whole.
func markField(fields map[string]any, path spec.NormalizedPath) {
	switch {
	case len(path) == 0:
		clear(fields)
	case len(path) <= 2 && fields != nil:
		edit(fields, path, ignored{})
	}
}

// withoutMarked removes what is marked from objects and arrays.
func withoutMarked(value any) any {
	switch v := value.(type) {
	case ignored:
		return nil
	case map[string]any:
		for name, member := range v {
			if member == any(ignored{}) {
				delete(v, name)
				continue
			}
			v[name] = withoutMarked(member)
		}
	case []any:
		kept := v[:0]
		for _, item := range v {
			if item != any(ignored{}) {
				kept = append(kept, withoutMarked(item))
			}
		}
		return kept
	}
	return value
}
