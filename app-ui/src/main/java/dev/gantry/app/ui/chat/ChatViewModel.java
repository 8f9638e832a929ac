package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.StoredChat;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import dev.gantry.zoo.catalog.ChatMessageEntry;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The open chat: what is asked, who answers, and what becomes of the answers.
final class ChatViewModel implements AutoCloseable {
    /// Columns side by side.
    static final int MOST_LANES = 3;

    private final Services services;
    private final Texts texts;
    private final ChatEngine engine;
    private final ChatStore store;
    private final Answers answers;
    private final ModelsToTalkTo models;
    private final OptionsViewModel options;
    private final HistoryViewModel history;
    private final ObservableList<LaneViewModel> lanes =
            FXCollections.observableArrayList(lane -> new Observable[] {lane.answeringProperty(), lane.headProperty()});
    private final BooleanBinding answering = Bindings.createBooleanBinding(
            () -> lanes.stream().anyMatch(lane -> lane.answeringProperty().get()), lanes);
    private final StringProperty draft = new SimpleStringProperty("");
    private final ReadOnlyObjectWrapper<@Nullable Message> editing = new ReadOnlyObjectWrapper<>();
    private ChatSession session;
    /// The id of the chat that was asked for last: reading one may overtake another.
    private String wanted = "";

    ChatViewModel(Services services, ChatEngine engine, OptionsViewModel options) {
        this.services = services;
        this.texts = services.texts();
        this.engine = engine;
        this.options = options;
        this.store = new ChatStore(services.home(), services.catalog());
        this.models = new ModelsToTalkTo(services, engine);
        this.history = new HistoryViewModel(services, store);
        this.answers = new Answers(services, engine, models, options, lanes);
        answers.onAnswer(this::save);
        this.session = ChatSession.fresh(now());
        lanes.add(new LaneViewModel(session));
    }

    ModelsToTalkTo models() {
        return models;
    }

    OptionsViewModel options() {
        return options;
    }

    HistoryViewModel history() {
        return history;
    }

    /// Those who answer, in the order of their columns; never empty.
    ObservableList<LaneViewModel> lanes() {
        return lanes;
    }

    /// Whether an answer is being drawn.
    BooleanBinding answeringProperty() {
        return answering;
    }

    /// What the user is writing.
    StringProperty draftProperty() {
        return draft;
    }

    /// The question that the draft will replace; null when the draft is a new one.
    ReadOnlyObjectProperty<@Nullable Message> editingProperty() {
        return editing.getReadOnlyProperty();
    }

    ChatSession session() {
        return session;
    }

    /// Reads what there is to talk to and what was said before.
    void refresh() {
        models.refresh(null);
        history.refresh();
    }

    /// Asks what the user has written.
    void send() {
        String text = draft.get().strip();
        if (text.isEmpty() || answering.get() || models.baseProperty().get() == null) {
            return;
        }
        if (text.length() > ChatMessageEntry.MAX_CHARACTERS) {
            services.notices().info(texts.format("chat.too-long", ChatMessageEntry.MAX_CHARACTERS));
            return;
        }
        Message replaced = editing.get();
        Map<Integer, Message> questions = new HashMap<>();
        for (LaneViewModel lane : lanes) {
            int parent = replaced == null ? parentFor(lane) : replaced.parent();
            Message question = questions.computeIfAbsent(
                    parent, after -> session.conversation().add(after, Role.USER, text, null));
            session.nameAfter(question);
            lane.show(question.number());
        }
        editing.set(null);
        draft.set("");
        answers.draw(lanes, 0);
        save(List.copyOf(questions.values()));
    }

    /// After a question that nobody answered comes another one in its place.
    private int parentFor(LaneViewModel lane) {
        int head = lane.head();
        if (head == Conversation.NONE || session.conversation().get(head).isAnswer()) {
            return head;
        }
        return session.conversation().get(head).parent();
    }

    void stop() {
        lanes.forEach(LaneViewModel::stop);
    }

    /// Draws another answer to a question, beside those it has.
    ///
    /// @param message the question or one of its answers
    void regenerate(LaneViewModel lane, int message) {
        if (lane.answeringProperty().get() || models.baseProperty().get() == null) {
            return;
        }
        Message said = session.conversation().get(message);
        int question = said.isAnswer() ? said.parent() : message;
        lane.show(question);
        answers.draw(List.of(lane), session.conversation().following(question).size());
    }

    /// Puts a question into the draft to be asked in other words; the old one stays as another version.
    void edit(int message) {
        Message said = session.conversation().get(message);
        editing.set(said);
        draft.set(said.text());
    }

    /// Takes the last question of the first lane back into the draft.
    void editLast() {
        session.conversation().path(lanes.getFirst().head()).reversed().stream()
                .filter(message -> !message.isAnswer())
                .findFirst()
                .ifPresent(message -> edit(message.number()));
    }

    void cancelEdit() {
        editing.set(null);
        draft.set("");
    }

    /// Shows the version of a message that is `by` further, with what followed it.
    void showVersion(LaneViewModel lane, int message, int by) {
        List<Integer> versions = session.conversation().versions(message);
        int index = Math.clamp(versions.indexOf(message) + by, 0, versions.size() - 1);
        if (!lane.answeringProperty().get() && versions.get(index) != message) {
            lane.show(session.conversation().newestEnd(versions.get(index)));
            save(List.of());
        }
    }

    /// Goes on from a message in a chat of its own.
    void branch(int message) {
        Conversation copy = new Conversation();
        int end = Conversation.NONE;
        for (Message said : session.conversation().path(message)) {
            end = copy.add(end, said.role(), said.text(), said.facts()).number();
        }
        ChatOptions now = toOptions();
        List<ChatOptions.Lane> first = List.of(now.lanes().getFirst());
        open(
                ChatSession.with(texts.format("chat.branch-of", session.title()), now(), copy),
                new ChatOptions(now.system(), now.template(), now.sampling(), first),
                end);
        save(copy.all());
        services.notices().info(texts.get("chat.branched"));
    }

    /// Begins a chat with those who answer now.
    void newChat() {
        ChatOptions now = toOptions();
        open(ChatSession.fresh(now()), now, Conversation.NONE);
    }

    /// Opens a chat that was held before.
    void open(ChatEntry entry) {
        wanted = entry.id();
        services.tasks()
                .task(texts.get("chat.reading"), progress -> {
                    StoredChat chat = store.open(entry.id()).orElseThrow();
                    ChatSession opened = ChatSession.of(chat.entry(), chat.conversation());
                    for (ChatOptions.Lane lane : chat.options().lanes()) {
                        opened.prepare(lane.head());
                    }
                    return Map.entry(opened, chat);
                })
                .onDone(read -> {
                    if (read.getKey().id().equals(wanted)) {
                        open(read.getKey(), read.getValue().options(), null);
                        models.choose(read.getValue().entry().model());
                    }
                })
                .start();
    }

    /// @param head where all lanes begin, null for where each was left
    private void open(ChatSession opened, ChatOptions left, @Nullable Integer head) {
        stop();
        session = opened;
        wanted = opened.id();
        editing.set(null);
        options.set(left);
        lanes.setAll(left.lanes().stream()
                .limit(MOST_LANES)
                .map(lane -> new LaneViewModel(opened, voice(lane), lane.strength(), head == null ? lane.head() : head))
                .toList());
        history.setCurrent(opened.id());
    }

    private static Voice voice(ChatOptions.Lane lane) {
        String adapter = lane.adapter();
        return adapter == null ? Voice.BASE : new Voice(lane.voice(), Path.of(adapter));
    }

    /// Another column that answers the same questions, with a voice that is not there yet where there is one.
    void addLane() {
        if (lanes.size() == MOST_LANES || answering.get()) {
            return;
        }
        Set<Voice> used = lanes.stream().map(lane -> lane.voiceProperty().get()).collect(Collectors.toSet());
        Voice voice = models.voices().stream()
                .filter(known -> !used.contains(known))
                .findFirst()
                .orElse(Voice.BASE);
        lanes.add(new LaneViewModel(session, voice, 1, lanes.getFirst().head()));
    }

    /// Sees to it that at least two answer.
    void besides() {
        if (lanes.size() == 1) {
            addLane();
        }
    }

    /// Takes a column away; what was said in it stays among the versions.
    void removeLane(LaneViewModel lane) {
        if (lanes.size() > 1 && !answering.get()) {
            lanes.remove(lane);
        }
    }

    /// Begins a chat with those who answer.
    void begin(List<Voice> voices) {
        ChatOptions now = toOptions();
        List<ChatOptions.Lane> wanted = voices.stream()
                .map(voice -> new LaneViewModel(session, voice, 1, Conversation.NONE).toOptions())
                .toList();
        open(
                ChatSession.fresh(now()),
                new ChatOptions(now.system(), now.template(), now.sampling(), wanted),
                Conversation.NONE);
    }

    void delete(ChatEntry entry) {
        history.delete(entry, gone -> {
            if (gone.id().equals(session.id())) {
                newChat();
            }
        });
    }

    private ChatOptions toOptions() {
        return options.toOptions(lanes.stream().map(LaneViewModel::toOptions).toList());
    }

    /// Keeps the open chat and messages that are new or changed in it.
    void save(List<Message> messages) {
        save(session, messages);
    }

    private void save(ChatSession of, List<Message> messages) {
        if (of.isEmpty()) {
            return;
        }
        if (!of.equals(session)) {
            // left meanwhile: only what was said is new
            services.tasks()
                    .task(texts.get("chat.saving"), progress -> {
                        store.append(of.id(), messages);
                        return true;
                    })
                    .start();
            return;
        }
        Base base = models.baseProperty().get();
        String model = base == null ? "" : base.name();
        write(of.entry(model, lanes.getFirst().head(), store.json(toOptions()), now()), messages);
        history.setCurrent(of.id());
    }

    private void write(ChatEntry entry, List<Message> messages) {
        services.tasks()
                .task(texts.get("chat.saving"), progress -> {
                    store.save(entry, messages);
                    return entry;
                })
                .onDone(history::changed)
                .start();
    }

    private Instant now() {
        return Instant.now(services.clock());
    }

    Services services() {
        return services;
    }

    @Override
    public void close() {
        stop();
        services.status().modelProperty().set(null);
        // waits for the last token
        Thread.ofPlatform().daemon().name("gantry-chat-close").start(engine::close);
    }
}
