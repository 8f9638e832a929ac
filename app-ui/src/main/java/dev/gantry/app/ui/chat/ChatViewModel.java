package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.ChatStore;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.catalog.ChatEntry;
import java.time.Instant;
import java.util.List;
import java.util.function.ToIntFunction;

/// The open chat: which it is, and what becomes of it.
final class ChatViewModel implements AutoCloseable {
    private final Services services;
    private final Texts texts;
    private final ChatEngine engine;
    private final KeptChats kept;
    private final ModelsToTalkTo models;
    private final OptionsViewModel options;
    private final HistoryViewModel history;
    private final Lanes lanes;
    private final Answers answers;
    private final Questions questions;
    private ChatSession session;
    /// The id of the chat that was asked for last: reading one may overtake another.
    private String wanted = "";

    ChatViewModel(Services services, ChatEngine engine, OptionsViewModel options) {
        this(services, engine, options, ChatSession.fresh(Instant.now(services.clock())), List.of());
    }

    /// Goes on with the chat of `before`, which is used no longer: with its model in memory, what is being answered and
    /// what is being written.
    ///
    /// @param services of another language
    ChatViewModel(Services services, ChatViewModel before) {
        this(services, before.engine, before.options.copy(), before.session, before.lanes.all());
        models.follow(before.models);
        questions.follow(before.questions);
        history.setCurrent(session.id());
        before.answers.onAnswer(this::save);
    }

    private ChatViewModel(
            Services services,
            ChatEngine engine,
            OptionsViewModel options,
            ChatSession session,
            List<LaneViewModel> begun) {
        this.services = services;
        this.texts = services.texts();
        this.engine = engine;
        this.options = options;
        ChatStore store = new ChatStore(services.home(), services.catalog());
        this.kept = new KeptChats(services, store);
        this.models = new ModelsToTalkTo(services, engine);
        this.history = new HistoryViewModel(services, store);
        this.session = session;
        this.lanes = new Lanes(services, engine, models, begun.isEmpty() ? List.of(new LaneViewModel(session)) : begun);
        this.answers = new Answers(services, engine, models, options, lanes.all());
        answers.onAnswer(this::save);
        this.questions = new Questions(services, models, lanes, answers, this::session, this::save);
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

    Lanes lanes() {
        return lanes;
    }

    Questions questions() {
        return questions;
    }

    ChatSession session() {
        return session;
    }

    /// Reads what there is to talk to and what was said before.
    void refresh() {
        models.refresh(null);
        history.refresh();
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
        int head = end;
        ChatOptions now = toOptions();
        List<ChatOptions.Lane> first = List.of(now.lanes().getFirst());
        open(
                ChatSession.with(texts.format("chat.branch-of", session.title()), now(), copy),
                new ChatOptions(now.system(), now.template(), now.sampling(), first),
                _ -> head);
        save(copy.all());
        services.notices().info(texts.get("chat.branched"));
    }

    /// Begins a chat with those who answer now.
    void newChat() {
        open(ChatSession.fresh(now()), toOptions(), _ -> Conversation.NONE);
    }

    /// Begins a chat with those who answer.
    void begin(List<Voice> voices) {
        ChatOptions now = toOptions();
        List<ChatOptions.Lane> begun = voices.stream()
                .map(voice -> new LaneViewModel(session, voice, 1, Conversation.NONE).toOptions())
                .toList();
        open(
                ChatSession.fresh(now()),
                new ChatOptions(now.system(), now.template(), now.sampling(), begun),
                _ -> Conversation.NONE);
    }

    /// Opens a chat that was held before.
    void open(ChatEntry entry) {
        wanted = entry.id();
        kept.read(entry, read -> {
            if (read.session().id().equals(wanted)) {
                open(read.session(), read.stored().options(), ChatOptions.Lane::head);
                models.choose(read.stored().entry().model());
            }
        });
    }

    /// @param heads where each lane begins
    private void open(ChatSession opened, ChatOptions left, ToIntFunction<ChatOptions.Lane> heads) {
        lanes.stop();
        session = opened;
        wanted = opened.id();
        questions.leave();
        options.set(left);
        lanes.show(opened, left.lanes(), heads);
        history.setCurrent(opened.id());
    }

    /// Gives a chat another name; a blank one changes nothing.
    void rename(ChatEntry entry, String title) {
        String name = ChatSession.shortened(title);
        if (name.isEmpty() || name.equals(entry.title())) {
            return;
        }
        if (entry.id().equals(session.id())) {
            session.rename(name);
        }
        kept.rename(entry, name, history::renamed);
    }

    void delete(ChatEntry entry) {
        history.delete(entry, gone -> {
            if (gone.id().equals(session.id())) {
                newChat();
            }
        });
    }

    private ChatOptions toOptions() {
        return options.toOptions(lanes.toOptions());
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
            kept.append(of.id(), messages);
            return;
        }
        Base base = models.baseProperty().get();
        String model = base == null ? "" : base.name();
        int head = lanes.all().getFirst().head();
        kept.save(of.entry(model, head, kept.json(toOptions()), now()), messages, history::changed);
        history.setCurrent(of.id());
    }

    private Instant now() {
        return Instant.now(services.clock());
    }

    Services services() {
        return services;
    }

    @Override
    public void close() {
        lanes.stop();
        services.status().modelProperty().set(null);
        // waits for the last token
        Thread.ofPlatform().daemon().name("gantry-chat-close").start(engine::close);
    }
}
