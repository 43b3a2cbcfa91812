package tree

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// claims are the cassettes that the plans of a tree name. Files are compared by
// their keys.
type claims struct {
	specs   map[string][]*Spec // those that can be recorded, by their cassette
	files   map[string]*Plan   // which records the file; nil if it is only included
	folders map[string]bool    // of cassettes, and whether suites share them
	isOurs  func(file string) bool
	orphans func() []string // those that nothing claimed when it was called first
}

func newClaims(isOurs func(file string) bool) *claims {
	c := &claims{specs: map[string][]*Spec{}, files: map[string]*Plan{}, folders: map[string]bool{}, isOurs: isOurs}
	c.orphans = sync.OnceValue(c.unclaimed)
	return c
}

func (c *claims) addSpec(s *Spec) {
	p := s.Plan()
	c.add(p)
	if p.Recorded && p.Err == nil && !s.leaf.isPending() {
		key := fileKey(p.File())
		c.specs[key] = append(c.specs[key], s)
	}
}

func (c *claims) add(p *Plan) {
	if !p.Recorded {
		return
	}
	if key := fileKey(p.File()); c.files[key] == nil {
		c.files[key] = p
	}
	c.folders[p.Dir] = p.Shared
	for _, name := range p.Include {
		if file := filepath.Join(p.Dir, filepath.FromSlash(name)); !c.has(file) {
			c.files[fileKey(file)] = nil
		}
	}
}

func (c *claims) has(file string) bool {
	_, ok := c.files[fileKey(file)]
	return ok
}

// unclaimed returns the cassettes of this suite that nothing claims.
func (c *claims) unclaimed() []string {
	return c.cassettes(func(file string, shared bool) bool {
		return !c.has(file) && (!shared || c.isOurs(file))
	})
}

// all returns the cassettes of this suite, claimed or not.
func (c *claims) all() []string {
	return c.cassettes(func(file string, shared bool) bool {
		return !shared || c.has(file) || c.isOurs(file) // who writes one by hand need not name the suite
	})
}

// own returns the folders that no other suite shares, sorted.
func (c *claims) own() []string {
	var dirs []string
	for dir, shared := range c.folders {
		if !shared {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return dirs
}

// cassettes returns the cassettes to keep of all folders, sorted. In a folder that
// suites share, keep may have to read the file.
func (c *claims) cassettes(keep func(file string, shared bool) bool) []string {
	var files []string
	for dir, shared := range c.folders {
		for _, file := range disk.Files(dir, slug.Extension) {
			if keep(file, shared) {
				files = append(files, file)
			}
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// fileKey is equal for paths that are one file to a case-insensitive file system.
func fileKey(file string) string {
	file = filepath.ToSlash(file)
	if strings.ContainsFunc(file, func(r rune) bool { return r > unicode.MaxASCII }) {
		file = strings.ToUpper(file) // because "ς" and "σ" are one letter to such a system
	}
	return strings.ToLower(file)
}
