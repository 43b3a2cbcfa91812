package reporters

import (
	"slices"
	"strings"
)

// combined returns the fewest commands that do what these do: one that removes all files,
// and one for all specs that are selected by their places.
func combined(commands []string) []string {
	var order []string                 // of the commands without what differs
	differing := map[string][]string{} // by that
	for _, command := range commands {
		rest, words := split(command)
		if _, known := differing[rest]; !known {
			order = append(order, rest)
		}
		differing[rest] = append(differing[rest], words...)
	}
	var all []string
	for _, rest := range order {
		words := differing[rest]
		slices.Sort(words)
		words = withLines(slices.Compact(words))
		all = append(all, strings.Replace(rest, "\x00", strings.Join(words, " "), 1))
	}
	slices.Sort(all)
	return all
}

const focusFile = "--focus-file="

// split takes out of a command what it may do to several at once: files or places. A zero
// byte takes their place.
func split(command string) (rest string, words []string) {
	for _, remove := range []string{"git rm ", "rm "} {
		if file, ok := strings.CutPrefix(command, remove); ok && len(shellWords(file)) == 1 {
			return remove + "\x00", []string{file}
		}
	}
	var others []string
	for _, word := range shellWords(command) {
		switch {
		case !strings.HasPrefix(word, focusFile):
			others = append(others, word)
		default:
			if len(words) == 0 {
				others = append(others, "\x00")
			}
			words = append(words, word)
		}
	}
	if slices.ContainsFunc(others, func(word string) bool { return strings.HasPrefix(word, "--focus=") }) {
		return command, nil // a text belongs to its place
	}
	return strings.Join(others, " "), words
}

// withLines makes one word of those that select lines of one file. Words are sorted.
func withLines(words []string) []string {
	var all []string
	lines := map[string][]string{} // by file
	for _, word := range words {
		file, line, ok := strings.Cut(strings.TrimSuffix(word, "'"), ":")
		if !ok || !strings.HasPrefix(word, focusFile) || strings.HasSuffix(word, "'") {
			all = append(all, word)
			continue
		}
		if lines[file] == nil {
			all = append(all, file)
		}
		lines[file] = append(lines[file], line)
	}
	for n, file := range all {
		if numbers := lines[file]; numbers != nil {
			slices.SortFunc(numbers, func(a, b string) int {
				if len(a) != len(b) {
					return len(a) - len(b) // numbers
				}
				return strings.Compare(a, b)
			})
			all[n] = file + ":" + strings.Join(numbers, ",")
		}
	}
	return all
}

// shellWords returns the words of a command as they are written, with their quotes.
func shellWords(command string) []string {
	quoted, escaped := false, false
	return strings.FieldsFunc(command, func(r rune) bool {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && !quoted:
			escaped = true
		case r == '\'':
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
}
