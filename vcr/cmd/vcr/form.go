package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

// outOfForm returns the lines on which the documents of a cassette begin that are not in
// canonical form. Comments in lines of their own do not count.
func outOfForm(path string, c *cassette.Cassette) []int {
	content, _, err := disk.ReadFile(path)
	if err != nil {
		return nil // it was removed meanwhile
	}
	written := canonical(path, c, 0)
	if bytes.Equal(written, content) {
		return nil // as nearly always
	}
	documents := documentsOf(content)
	var left []int // those that are in none of the forms so far
	for n := range documents {
		left = append(left, n)
	}
	for _, limit := range limits(c) {
		form := documentsOf(canonical(path, c, limit))
		if len(form) != len(documents) {
			return []int{1} // a separator above the header
		}
		left = slices.DeleteFunc(left, func(n int) bool { return bytes.Equal(form[n].text, documents[n].text) })
		if len(left) == 0 {
			return nil
		}
	}
	var lines []int
	for _, n := range left {
		lines = append(lines, documents[n].line)
	}
	return lines
}

// limits are those for bodies that a suite may have set, the usual one first: none, or
// what is just below one of the bodies.
func limits(c *cassette.Cassette) []int {
	limits := []int{0, -1}
	for _, i := range c.Interactions {
		for _, body := range []cassette.Body{i.Request.Body, i.Response.Body} {
			if body.Len() > 1 && len(limits) < 8 {
				limits = append(limits, body.Len()-1)
			}
		}
	}
	return limits
}

// canonical returns a cassette as it would be recorded with a limit for bodies.
func canonical(path string, c *cassette.Cassette, limit int) []byte {
	fresh := &cassette.Cassette{Suite: c.Suite, Spec: c.Spec, Partial: c.Partial, Replacements: c.Replacements, Quotes: c.Quotes, BodyLimit: limit}
	for _, i := range c.Interactions {
		fresh.Interactions = append(fresh.Interactions, i.Clone())
	}
	var file bytes.Buffer
	_, err := fresh.SaveWith(func(_, _ string, content disk.Content) (disk.Sum, error) {
		_, err := content(&file) // the bodies are not written
		return disk.Sum{}, err
	}, "", path)
	if err != nil {
		return nil // no document of a cassette that was loaded is broken
	}
	return file.Bytes()
}

// bringIntoForm writes the documents that begin on these lines in canonical form.
func bringIntoForm(path string, c *cassette.Cassette, lines []int) error {
	for n, i := range c.Interactions {
		if slices.Contains(lines, i.Line()) {
			c.Interactions[n] = i.Clone()
		}
	}
	if lines[0] == 1 { // a header is only written anew if it changes
		c = &cassette.Cassette{Suite: c.Suite, Spec: c.Spec, Partial: c.Partial, Replacements: c.Replacements, Quotes: c.Quotes, Interactions: c.Interactions}
	}
	c.BodyLimit = limitOf(path, c)
	_, err := c.SaveWith(disk.Replace, bodiesRoot(path), path)
	return err
}

// limitOf returns a limit with which all bodies stay where they are.
func limitOf(path string, c *cassette.Cassette) int {
	content, _, _ := disk.ReadFile(path) // it was read before
	names := namesIn(content)
	for _, limit := range limits(c) {
		if slices.Equal(namesIn(canonical(path, c, limit)), names) {
			return limit
		}
	}
	return 0
}

// namesIn returns the names of bodies in a cassette, sorted.
func namesIn(content []byte) []string {
	names := disk.Names(content)
	slices.Sort(names)
	return slices.Compact(names)
}

// bodiesRoot is the folder that the bodies of a cassette belong to: the nearest with
// bodies, or that is called cassettes, or else its own.
func bodiesRoot(path string) string {
	own := filepath.Dir(path)
	for dir := own; ; dir = filepath.Dir(dir) {
		info, err := os.Lstat(filepath.Join(dir, disk.BodiesFolder))
		if filepath.Base(dir) == cassettesFolder || err == nil && info.IsDir() {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return own
		}
	}
}

// A document is a part of a file, without comments.
type document struct {
	line int // on which it begins
	text []byte
}

// documentsOf cuts a file at its separators. No line of a value begins in column 0.
func documentsOf(content []byte) []document {
	documents := []document{{line: 1}}
	number := 0
	for line := range bytes.Lines(content) {
		number++
		last := &documents[len(documents)-1]
		switch {
		case string(line) == "---\n":
			documents = append(documents, document{line: number + 1})
		case line[0] != '#':
			last.text = append(last.text, line...)
		}
	}
	return documents
}
