package dev.gantry.app.chat;

import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that was said in one chat, as a tree: a question that was edited and an answer that was drawn again are
/// further children of the message before them, and nothing is ever lost.
public final class Conversation {
    /// The number of no message: the place before the first one.
    public static final int NONE = -1;

    private final List<Message> messages = new ArrayList<>();
    private final Map<Integer, List<Integer>> children = new HashMap<>();

    /// An empty one.
    public Conversation() {}

    /// @param said in the order of their numbers, from 0 without gaps, each after its parent
    public Conversation(List<Message> said) {
        for (Message message : said) {
            if (message.number() != messages.size() || message.parent() >= message.number()) {
                throw new IllegalArgumentException("message " + message.number() + " is out of order");
            }
            enter(message);
        }
    }

    private void enter(Message message) {
        messages.add(message);
        children.computeIfAbsent(message.parent(), _ -> new ArrayList<>()).add(message.number());
    }

    /// Says something after message `parent`.
    public Message add(int parent, Role role, String text, @Nullable AnswerFacts facts) {
        Message message = new Message(messages.size(), parent, role, text, facts, Rating.NONE);
        enter(message);
        return message;
    }

    public Message get(int number) {
        return messages.get(number);
    }

    /// Puts a message in place of the one of its number.
    public void replace(Message message) {
        messages.set(message.number(), message);
    }

    public List<Message> all() {
        return Collections.unmodifiableList(messages);
    }

    /// From the first message to message `head`; empty for [#NONE].
    public List<Message> path(int head) {
        List<Message> path = new ArrayList<>();
        for (int number = head; number != NONE; number = get(number).parent()) {
            path.add(get(number));
        }
        return path.reversed();
    }

    /// The numbers of those that follow message `number`, oldest first.
    public List<Integer> following(int number) {
        return Collections.unmodifiableList(children.getOrDefault(number, List.of()));
    }

    /// The versions of message `number`, itself included, oldest first.
    public List<Integer> versions(int number) {
        return following(get(number).parent());
    }

    /// The end of the newest line of messages through message `number`.
    public int newestEnd(int number) {
        int end = number;
        for (List<Integer> next = following(end); !next.isEmpty(); next = following(end)) {
            end = next.getLast();
        }
        return end;
    }
}
