package dev.gantry.lora.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.zoo.chat.ChatMessage;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A token is a character here.
class ConversationFitTest {
    private int encodedTokens;

    private int[] encode(List<ChatMessage> messages) {
        int tokens = messages.stream().mapToInt(m -> m.content().length()).sum();
        encodedTokens += tokens;
        return new int[tokens];
    }

    private Prompt fit(List<ChatMessage> messages, int limit) {
        return new ConversationFit(this::encode, limit).fit(messages);
    }

    private static List<ChatMessage> conversation(int exchanges, SplittableRandom random) {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(new ChatMessage(Role.SYSTEM, "sys"));
        for (int i = 0; i < exchanges; i++) {
            messages.add(new ChatMessage(Role.USER, "u".repeat(1 + random.nextInt(20))));
            if (i < exchanges - 1) {
                messages.add(new ChatMessage(Role.ASSISTANT, "a".repeat(1 + random.nextInt(40))));
            }
        }
        return messages;
    }

    /// Drops the oldest exchange until the rest fits.
    private static int leftOut(List<ChatMessage> messages, int limit) {
        int dropped = 0;
        int tokens = messages.stream().mapToInt(m -> m.content().length()).sum();
        while (tokens > limit && messages.size() - dropped > 2) {
            tokens -= messages.get(1 + dropped).content().length()
                    + messages.get(2 + dropped).content().length();
            dropped += 2;
        }
        return dropped;
    }

    @Test
    void fit_leavesOutWhatDroppingOneByOneWould() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 300; round++) {
            List<ChatMessage> messages = conversation(1 + random.nextInt(30), random);
            int limit = 5 + random.nextInt(600);
            assertThat(fit(messages, limit).leftOut())
                    .as("round %d, %d messages, limit %d", round, messages.size(), limit)
                    .isEqualTo(leftOut(messages, limit));
        }
    }

    @Test
    void fit_readsAFewContexts_howeverLongTheConversation() {
        List<ChatMessage> messages = conversation(20_000, new SplittableRandom(3));
        Prompt prompt = fit(messages, 1000);

        assertThat(prompt.ids().length).isBetween(900, 1000);
        assertThat(prompt.leftOut()).isEqualTo(leftOut(messages, 1000));
        assertThat(encodedTokens).isLessThan(12 * 1000);
    }

    @Test
    void fit_keepsTheLastQuestion_evenWhenItIsTooLong() {
        List<ChatMessage> messages = List.of(
                new ChatMessage(Role.USER, "a"),
                new ChatMessage(Role.ASSISTANT, "b"),
                new ChatMessage(Role.USER, "c".repeat(50)));

        Prompt prompt = fit(messages, 10);
        assertThat(prompt.ids()).hasSize(50);
        assertThat(prompt.leftOut()).isEqualTo(2);
    }
}
