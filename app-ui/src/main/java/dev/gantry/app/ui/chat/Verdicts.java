package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.PreferenceFile;
import dev.gantry.app.chat.PreferencePair;
import dev.gantry.app.chat.Rating;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.ObjectBinding;

/// What the user thinks of answers, and the preference rows it makes: a liked and a disliked answer to one question.
final class Verdicts {
    private final Services services;
    private final Texts texts;
    private final ChatViewModel chat;
    private final PreferenceFile file;
    private final ObjectBinding<Standing> standing;

    /// How the answers side by side stand to each other.
    enum Standing {
        /// There is only one, or they answer different questions, or one is still being drawn.
        NONE,
        /// All say the same.
        SAME,
        /// They differ, and the user may say which is better.
        DIFFERENT
    }

    Verdicts(Services services, ChatViewModel chat) {
        this.services = services;
        this.texts = services.texts();
        this.chat = chat;
        this.file = new PreferenceFile(services.home(), services.catalog(), services.clock());
        this.standing =
                Bindings.createObjectBinding(this::compared, chat.lanes().all());
    }

    ObjectBinding<Standing> standingProperty() {
        return standing;
    }

    private Standing compared() {
        Conversation conversation = chat.session().conversation();
        Set<Integer> heads = heads();
        if (heads.size() < 2
                || heads.contains(Conversation.NONE)
                || chat.lanes().all().stream()
                        .anyMatch(lane -> lane.answeringProperty().get())) {
            return Standing.NONE;
        }
        List<Message> answers = heads.stream().map(conversation::get).toList();
        if (!answers.stream().allMatch(Message::isAnswer)
                || answers.stream().map(Message::parent).distinct().count() > 1) {
            return Standing.NONE;
        }
        return answers.stream().map(Message::text).distinct().count() > 1 ? Standing.DIFFERENT : Standing.SAME;
    }

    private Set<Integer> heads() {
        return chat.lanes().all().stream().map(LaneViewModel::head).collect(Collectors.toSet());
    }

    /// The answer of one lane is better than those beside it: all go on from it.
    void prefer(LaneViewModel better) {
        if (compared() != Standing.DIFFERENT) {
            return;
        }
        int winner = better.head();
        for (int head : heads()) {
            put(head, head == winner ? Rating.UP : Rating.DOWN);
        }
        chat.lanes().all().forEach(lane -> lane.show(winner));
        keep(winner);
    }

    /// Neither is better: all go on from the answer of the first lane, unrated.
    void skip() {
        int first = chat.lanes().all().getFirst().head();
        chat.lanes().all().forEach(lane -> lane.show(first));
    }

    /// Likes or dislikes an answer; the same thumb again takes it back.
    void rate(int message, Rating rating) {
        Message said = chat.session().conversation().get(message);
        put(message, said.rating() == rating ? Rating.NONE : rating);
        chat.lanes().all().forEach(lane -> lane.refresh(message));
        keep(message);
    }

    private void put(int message, Rating rating) {
        Conversation conversation = chat.session().conversation();
        conversation.replace(conversation.get(message).withRating(rating));
    }

    private void keep(int message) {
        Conversation conversation = chat.session().conversation();
        int question = conversation.get(message).parent();
        chat.save(
                conversation.following(question).stream().map(conversation::get).toList());
        List<PreferencePair> pairs = PreferencePair.of(
                conversation, question, chat.options().systemProperty().get());
        String id = chat.session().id();
        services.tasks()
                .task(texts.get("chat.saving"), progress -> file.replace(id, question, pairs))
                .onDone(rows ->
                        told(pairs.size(), rows, conversation.get(message).rating()))
                .start();
    }

    private void told(int pairs, int rows, Rating rating) {
        if (pairs > 0) {
            services.notices()
                    .info(
                            texts.format("chat.preference-kept", rows),
                            new Choice(
                                    texts.get("chat.preference-show"),
                                    () -> services.navigation().go(new Destination.CheckData(file.file()))));
        } else if (rating != Rating.NONE) {
            services.notices().info(texts.get("chat.preference-half"));
        }
    }
}
