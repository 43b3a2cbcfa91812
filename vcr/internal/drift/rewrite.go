package drift

import "slices"

// Rewrite passes all texts of a run that come from requests and answers through a function
// which makes them fit to be shown. Equal texts stay equal, so that the run can be merged
// and judged.
func (r *Run) Rewrite(show func(string) string) {
	shown := map[string]string{}
	text := func(s string) string {
		if s == "" {
			return s
		}
		if _, known := shown[s]; !known {
			shown[s] = show(s)
		}
		return shown[s]
	}
	for _, f := range r.Found {
		for _, s := range []*string{&f.Key, &f.Endpoint, &f.Event, &f.Path, &f.Old, &f.New} {
			*s = text(*s)
		}
	}
	r.positions = nil
	for _, list := range [][]Listed{r.Listed, r.Requests} {
		for n := range list {
			one := &list[n]
			one.Endpoint, one.Reason = text(one.Endpoint), text(one.Reason)
			for m, sent := range one.Sent {
				one.Sent[m] = Sent{text(sent.At), text(sent.Old), text(sent.New)}
			}
		}
	}
	r.Answers.Endpoints = withKeys(r.Answers.Endpoints, text)
	for _, e := range r.Answers.Endpoints {
		e.Root.rewrite(text)
	}
	r.Optional = withKeys(r.Optional, text)
}

// rewrite passes the words of enums through a function, and those that a rule compares.
func (k *known) rewrite(text func(string) string) {
	if k == nil {
		return
	}
	for n, word := range k.Words {
		k.Words[n] = text(word)
	}
	slices.Sort(k.Words)
	k.Items.rewrite(text)
	for _, children := range []map[string]*known{k.Members, k.Variants} {
		for _, child := range children {
			child.rewrite(text)
		}
	}
}

func withKeys[V any](old map[string]V, text func(string) string) map[string]V {
	rewritten := make(map[string]V, len(old))
	for key, value := range old {
		rewritten[text(key)] = value
	}
	return rewritten
}
