package dev.gantry.lora.chat;

import dev.gantry.zoo.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Cuts a conversation to what a context holds: the newest exchanges that fit, and whatever stands before the first
/// one.
///
/// A conversation of any length costs a few encodings of about one context each: it is looked at from its end.
final class ConversationFit {
    /// No tokenizer puts more characters of ordinary text into a token on average.
    private static final int LONGEST_TOKEN_CHARACTERS = 8;

    private final Function<List<ChatMessage>, int[]> encode;
    private final int limitTokens;

    /// @param encode writes messages out as a prompt
    /// @param limitTokens most tokens of a prompt that fits
    ConversationFit(Function<List<ChatMessage>, int[]> encode, int limitTokens) {
        this.encode = encode;
        this.limitTokens = limitTokens;
    }

    /// The longest end of `messages` that fits, by whole exchanges; the last exchange alone where not even that does.
    Prompt fit(List<ChatMessage> messages) {
        List<Integer> users = users(messages);
        int last = users.size() - 1;
        if (last < 1) {
            return prompt(messages, messages);
        }
        Prompt whole = mayFit(messages) ? prompt(messages, messages) : null;
        if (whole != null && fits(whole)) {
            return whole;
        }
        int tooMany = whole == null ? -1 : 0;
        int kept = last;
        Prompt best = prompt(messages, from(messages, users, kept));
        for (int step = 1; fits(best) && kept > tooMany + 1; step *= 2) {
            int earlier = Math.max(tooMany + 1, kept - step);
            Prompt longer = prompt(messages, from(messages, users, earlier));
            if (!fits(longer)) {
                tooMany = earlier;
                break;
            }
            kept = earlier;
            best = longer;
        }
        while (fits(best) && kept > tooMany + 1) {
            int middle = (kept + tooMany) / 2;
            Prompt longer = prompt(messages, from(messages, users, middle));
            if (fits(longer)) {
                kept = middle;
                best = longer;
            } else {
                tooMany = middle;
            }
        }
        return best;
    }

    private boolean mayFit(List<ChatMessage> messages) {
        long characters = messages.stream()
                .mapToLong(message -> message.content().length())
                .sum();
        return characters <= (long) limitTokens * LONGEST_TOKEN_CHARACTERS;
    }

    private boolean fits(Prompt prompt) {
        return prompt.ids().length <= limitTokens;
    }

    private Prompt prompt(List<ChatMessage> all, List<ChatMessage> kept) {
        return new Prompt(encode.apply(kept), all.size() - kept.size());
    }

    /// What stands before the first user turn, then everything from the user turn of that index.
    private static List<ChatMessage> from(List<ChatMessage> messages, List<Integer> users, int index) {
        List<ChatMessage> kept = new ArrayList<>(messages.subList(0, users.getFirst()));
        kept.addAll(messages.subList(users.get(index), messages.size()));
        return kept;
    }

    private static List<Integer> users(List<ChatMessage> messages) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() == ChatMessage.Role.USER) {
                found.add(i);
            }
        }
        return found;
    }
}
