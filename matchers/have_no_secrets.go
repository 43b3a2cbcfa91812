package matchers

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// HaveNoSecrets succeeds if a cassette holds no secret: nothing that looks like
// the key of a provider, and nothing but a placeholder under the name of one. Use
// it as a gate for tapes that exist, also those written by hand or by older rules:
//
//	Expect("cassettes").To(HaveNoSecrets())
//
// The actual value is the path of a cassette; the path of a folder, whose
// cassettes are all looked at; a *[cassette.Cassette]; or a session, with all
// that is on its tape. A session may be waited for:
//
//	Eventually(vcr.Current()).Should(HaveNoSecrets())
//
// The options of a session hold, such as vcr.KeepHeaders and vcr.RedactWith. For
// anything else the default rules do. The option vcr.FailOnSecrets looks at each
// cassette of a suite by the options of its spec.
//
// A failure says where a secret is and why it is one, and never its value. A path at which there is
// nothing, a folder without cassettes and a cassette that cannot be read are
// errors.
func HaveNoSecrets() types.GomegaMatcher { return new(haveNoSecrets) }

type haveNoSecrets struct {
	subject
	scanned string   // what was looked at
	secrets []string // where they are
}

func (m *haveNoSecrets) Match(actual any) (bool, error) {
	m.secrets = nil
	switch actual := actual.(type) {
	case string:
		m.scanned = actual
		return m.scanPath(actual)
	case *cassette.Cassette:
		m.Snapshot = recorder.Snapshot{} // of an earlier call
		if actual == nil {
			return false, fmt.Errorf("the actual value is a nil cassette")
		}
		m.scanned = "a cassette"
		return m.scan("", actual)
	}
	if err := m.ask(actual); err != nil {
		return false, fmt.Errorf("%w\nor the path of a cassette or of a folder, or a *cassette.Cassette", err)
	}
	m.scanned = m.Cassette
	return m.scan("", &cassette.Cassette{Interactions: m.tape()})
}

// scanPath looks at one cassette, or at all below a folder.
func (m *haveNoSecrets) scanPath(path string) (bool, error) {
	m.Snapshot = recorder.Snapshot{} // of an earlier call
	loaded := false
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || file != path && filepath.Ext(file) != ".yaml" {
			return err
		}
		c, err := cassette.Load(file)
		if err != nil {
			return errors.New(m.Shown(err.Error())) // it quotes what it does not understand
		}
		loaded = true
		_, err = m.scan(filepath.ToSlash(file)+": ", c)
		return err
	})
	if err == nil && !loaded {
		err = fmt.Errorf("%s: holds no cassettes; give the folder in which they are", path)
	}
	return len(m.secrets) == 0, err
}

func (m *haveNoSecrets) scan(file string, c *cassette.Cassette) (bool, error) {
	if err := m.decode(c.Interactions); err != nil {
		return false, err
	}
	for _, secret := range m.Secrets(c) {
		m.secrets = append(m.secrets, file+secret)
	}
	return len(m.secrets) == 0, nil
}

func (m *haveNoSecrets) FailureMessage(any) string {
	secrets := list(len(m.secrets), func(n int) string { return m.secrets[n] })
	return fmt.Sprintf("Expected %s\n%s:\n%s\n%s", m.scanned, format.IndentString("to have no secrets", 1), format.IndentString(secrets, 1),
		format.IndentString("rotate the keys, then record the specs again or redact by hand", 1))
}

func (m *haveNoSecrets) NegatedFailureMessage(any) string {
	return fmt.Sprintf("Expected %s\n%s", m.scanned, format.IndentString("to have secrets; there are none", 1))
}
