package tree

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// The cassettes of what runs outside of specs. No slug begins with "_".
const (
	suiteCassette     = "_suite"
	containerCassette = "_container" + slug.Extension
)

// CheckName says what is wrong with a name that vcr.Name was given.
func CheckName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("vcr.Name is empty; give a name, or leave the option out")
	case path.IsAbs(name) || strings.Contains(name, `\`):
		return fmt.Errorf("vcr.Name(%q): not a relative path with slashes; a cassette lies below its folder, which vcr.Dir sets", name)
	case len(name) > slug.MaxPath:
		return fmt.Errorf("vcr.Name: %d bytes are more than the %d that a path may have; give a shorter one", len(name), slug.MaxPath)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "." || part == "..":
			return fmt.Errorf("vcr.Name(%q): leads out of the folder of the cassettes; use vcr.Dir to set that", name)
		case part == "":
			return fmt.Errorf("vcr.Name(%q): has an empty part; remove the extra slash", name)
		case len(part) > slug.MaxSegment:
			return fmt.Errorf("vcr.Name: a part of %d bytes is longer than %d; give a shorter one", len(part), slug.MaxSegment)
		}
	}
	return nil
}

// segment returns the part of a path that stands for a node: its name, or its text.
func segment(name, text string) string {
	if name == "" {
		return slug.Of(text)
	}
	parts := strings.Split(name, "/")
	for n, part := range parts {
		parts[n] = slug.Of(part)
	}
	return path.Join(parts...)
}
