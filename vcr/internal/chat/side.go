package chat

import (
	"cmp"
	"strings"
)

// The roles of messages.
const (
	system    = "system"
	user      = "user"
	assistant = "assistant"
	tool      = "tool"
)

// roleOf returns the role that an API gives another name.
func roleOf(name string) string {
	switch strings.ToLower(name) {
	case "developer":
		return system
	case "model", "chatbot", "ai":
		return assistant
	case "function", "tool_results":
		return tool
	case system, assistant, tool:
		return strings.ToLower(name)
	default:
		return user
	}
}

// maxPieces is how many pieces one side of a conversation has.
const maxPieces = 10_000

// A side is one half of a conversation while it is read: what was asked, or the answer,
// which may be a stream.
type side struct {
	model    string
	messages []*message
	choices  map[int]*message
	size     int // of messages and pieces
	isCut    bool
}

// message adds a message.
func (s *side) message(role string) *message {
	m := &message{side: s, role: role}
	if s.hasRoom() {
		s.messages = append(s.messages, m)
	}
	return m
}

// choice returns one of several answers; the first time, it adds it.
func (s *side) choice(n int) *message {
	m := s.choices[n]
	if m == nil {
		if m = s.message(assistant); s.choices == nil {
			s.choices = map[int]*message{}
		}
		if !s.isCut {
			s.choices[n] = m
		}
	}
	return m
}

// fail says why there is no more of an answer.
func (s *side) fail(why string) {
	if n := len(s.messages); n > 0 {
		s.messages[n-1].add(Failed).write(why)
	} else {
		s.message(assistant).add(Failed).write(why)
	}
}

// named notes the model that answers.
func (s *side) named(model string) { s.model = cmp.Or(model, s.model) }

func (s *side) hasRoom() bool {
	if s.size == maxPieces {
		s.isCut = true
		return false
	}
	s.size++
	return true
}

// done returns the messages that say something.
func (s *side) done() []Message {
	var messages []Message
	for _, m := range s.messages {
		done := Message{Role: m.role}
		for _, p := range m.pieces {
			if text := p.text.String(); text != "" || p.name != "" || p.id != "" {
				done.Pieces = append(done.Pieces, Piece{p.kind, text, p.name, p.id})
			}
		}
		if len(done.Pieces) > 0 {
			messages = append(messages, done)
		}
	}
	return messages
}

type message struct {
	side    *side
	role    string
	pieces  []*piece
	indexed map[slot]*piece
}

// A slot is where an API counts a piece of which a stream brings more and more.
type slot struct {
	kind  Kind
	index int
}

type piece struct {
	kind     Kind
	name, id string
	text     strings.Builder
}

func (p *piece) write(text string) { p.text.WriteString(text) }

// add adds a piece.
func (m *message) add(kind Kind) *piece {
	p := &piece{kind: kind}
	if m.side.hasRoom() {
		m.pieces = append(m.pieces, p)
	}
	return p
}

// at returns the piece of a kind with a number; the first time, it adds it.
func (m *message) at(kind Kind, index int) *piece {
	p := m.indexed[slot{kind, index}]
	if p == nil {
		if p = m.add(kind); m.indexed == nil {
			m.indexed = map[slot]*piece{}
		}
		if !m.side.isCut {
			m.indexed[slot{kind, index}] = p
		}
	}
	return p
}

// last returns the last piece if it is of a kind, and else adds one.
func (m *message) last(kind Kind) *piece {
	if n := len(m.pieces); n > 0 && m.pieces[n-1].kind == kind {
		return m.pieces[n-1]
	}
	return m.add(kind)
}

// say, think, call, result and attach add what is not empty.
func (m *message) say(text string) { m.write(Said, text) }

func (m *message) think(text string) { m.write(Thought, text) }

func (m *message) attach(what string) { m.write(Attached, what) }

func (m *message) write(kind Kind, text string) {
	if text != "" {
		m.add(kind).write(text)
	}
}

func (m *message) call(id, name, arguments string) {
	p := m.add(Called)
	p.id, p.name = id, name
	p.write(arguments)
}

func (m *message) result(id, text string) {
	p := m.add(Returned)
	p.id = id
	p.write(text)
}
