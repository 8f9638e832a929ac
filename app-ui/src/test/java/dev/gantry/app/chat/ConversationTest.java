package dev.gantry.app.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final Conversation conversation = new Conversation();

    /// A question with two answers, of which the second one goes on.
    @BeforeEach
    void talk() {
        conversation.add(Conversation.NONE, Role.USER, "q", null);
        conversation.add(0, Role.ASSISTANT, "a1", null);
        conversation.add(0, Role.ASSISTANT, "a2", null);
        conversation.add(2, Role.USER, "q2", null);
    }

    @Test
    void path_goesFromTheFirstMessageToTheHead() {
        assertThat(conversation.path(3)).extracting(Message::text).containsExactly("q", "a2", "q2");
        assertThat(conversation.path(1)).extracting(Message::text).containsExactly("q", "a1");
        assertThat(conversation.path(Conversation.NONE)).isEmpty();
    }

    @Test
    void versions_areTheChildrenOfOneParent_andEachHasANewestEnd() {
        assertThat(conversation.versions(1)).containsExactly(1, 2);
        assertThat(conversation.newestEnd(0)).isEqualTo(3);
        assertThat(conversation.newestEnd(1)).isEqualTo(1);
    }

    @Test
    void pairs_areEveryLikedAndDislikedAnswerToOneQuestion() {
        conversation.add(0, Role.ASSISTANT, "a3", null);
        conversation.replace(conversation.get(1).withRating(Rating.UP));
        assertThat(PreferencePair.of(conversation, 0, "")).isEmpty();
        conversation.replace(conversation.get(2).withRating(Rating.DOWN));
        conversation.replace(conversation.get(4).withRating(Rating.DOWN));

        assertThat(PreferencePair.of(conversation, 0, "sys"))
                .extracting(
                        PreferencePair::chosen,
                        PreferencePair::rejected,
                        pair -> pair.prompt().size())
                .containsExactly(tuple("a1", "a2", 2), tuple("a1", "a3", 2));
    }

    @Test
    void messagesOutOfOrder_areRefused() {
        Message late = new Message(1, 0, Role.USER, "x", null, Rating.NONE);
        assertThatThrownBy(() -> new Conversation(List.of(late))).isInstanceOf(IllegalArgumentException.class);
    }
}
