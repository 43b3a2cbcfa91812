package matchers

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/redact"
)

// HaveNoSecrets succeeds if no secret stands on a cassette: nothing that looks
// like the key of a provider, and nothing under the name of one but a placeholder.
// It is a gate for tapes that exist, those written by hand and by older rules
// too:
//
//	Expect("cassettes").To(HaveNoSecrets())
//
// The actual value is the path of a cassette, that of a folder, in which all
// cassettes are looked at, a *[cassette.Cassette], or a recording, of which what
// was on the tape and what was recorded count. A recording may be waited for:
//
//	Eventually(vcr.Current()).Should(HaveNoSecrets())
//
// A failure says where, and never what. A path at which there is nothing, a folder
// without cassettes and a cassette that cannot be read are errors.
func HaveNoSecrets() types.GomegaMatcher { return new(haveNoSecrets) }

type haveNoSecrets struct {
	subject
	what  string   // that was looked at
	finds []string // a line each
}

func (m *haveNoSecrets) Match(actual any) (bool, error) {
	m.finds = nil
	switch actual := actual.(type) {
	case string:
		m.what = actual
		return m.folder(actual)
	case *cassette.Cassette:
		if actual == nil {
			return false, fmt.Errorf("the actual value is a nil cassette")
		}
		m.what = "a cassette"
		m.scan("", actual)
	default:
		if err := m.ask(actual); err != nil {
			return false, fmt.Errorf("%w\nor the path of a cassette or of a folder, or a *cassette.Cassette", err)
		}
		m.what = m.Cassette
		m.scan("", &cassette.Cassette{Interactions: m.tape()})
	}
	return len(m.finds) == 0, nil
}

// folder looks at one cassette, or at all below a folder.
func (m *haveNoSecrets) folder(path string) (bool, error) {
	found := false
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || file != path && filepath.Ext(file) != ".yaml" {
			return err
		}
		c, err := cassette.Load(file)
		if err != nil {
			return errors.New(redact.Text(err.Error())) // it quotes what it does not understand
		}
		found = true
		m.scan(filepath.ToSlash(file)+": ", c)
		return nil
	})
	if err == nil && !found {
		err = fmt.Errorf("%s: holds no cassettes; give the folder in which they are", path)
	}
	return len(m.finds) == 0, err
}

func (m *haveNoSecrets) scan(file string, c *cassette.Cassette) {
	for _, find := range redact.Scan(c) {
		m.finds = append(m.finds, file+find.String())
	}
}

func (m *haveNoSecrets) FailureMessage(any) string {
	finds := list(len(m.finds), func(n int) string { return m.finds[n] })
	return fmt.Sprintf("Expected %s\n%s:\n%s\n%s", m.what, format.IndentString("to have no secrets", 1), format.IndentString(finds, 1),
		format.IndentString("rotate what stands there, then record the specs again or redact by hand", 1))
}

func (m *haveNoSecrets) NegatedFailureMessage(any) string {
	return fmt.Sprintf("Expected %s\n%s", m.what, format.IndentString("to have secrets; there are none", 1))
}
