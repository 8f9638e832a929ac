package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.chat.AnswerOutcome;
import dev.gantry.app.chat.AnswerRequest;
import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatExport;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.SamplingChoice;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/// Draws answers, each in a task of its own.
final class Answers {
    private final Services services;
    private final ChatEngine engine;
    private final ModelsToTalkTo models;
    private final OptionsViewModel options;
    private final List<LaneViewModel> lanes;
    private BiConsumer<ChatSession, List<Message>> onAnswer = (session, answer) -> {};

    /// @param lanes all that are side by side
    Answers(
            Services services,
            ChatEngine engine,
            ModelsToTalkTo models,
            OptionsViewModel options,
            List<LaneViewModel> lanes) {
        this.services = services;
        this.engine = engine;
        this.models = models;
        this.options = options;
        this.lanes = lanes;
    }

    /// @param action is told of every answer and the chat it belongs to
    void onAnswer(BiConsumer<ChatSession, List<Message>> action) {
        onAnswer = action;
    }

    /// Lets lanes answer their heads with one seed, so that what differs is who answers; twins get two seeds.
    ///
    /// @param again how often the question was answered before
    void draw(List<LaneViewModel> asked, int again) {
        Base base = models.baseProperty().get();
        if (base == null) {
            return;
        }
        long seed = options.nextSeed(again);
        SamplingChoice sampling = options.sampling();
        for (LaneViewModel lane : List.copyOf(asked)) {
            int index = lanes.indexOf(lane);
            long twins = lanes.stream().limit(index).filter(lane::isTwinOf).count();
            AnswerRequest request = new AnswerRequest(
                    base.folder(),
                    index,
                    lanes.size(),
                    lane.voiceProperty().get(),
                    lane.strengthProperty().get(),
                    options.toOptions(List.of(lane.toOptions())).template(),
                    ChatExport.messages(
                            options.systemProperty().get(),
                            lane.session().conversation().path(lane.head())),
                    sampling.sampling(seed + twins),
                    sampling.maxNewTokens());
            draw(lane, base, request);
        }
    }

    private void draw(LaneViewModel lane, Base base, AnswerRequest request) {
        int question = lane.head();
        LiveAnswer live = new LiveAnswer(services.tasks(), lane, System::nanoTime);
        String label = services.texts().format("chat.answers", ModelsToTalkTo.name(request.voice(), base));
        BackgroundTask<AnswerOutcome> task = services.tasks()
                .task(label, progress -> {
                    int context = engine.load(base.folder());
                    services.tasks().later(() -> models.loaded(base, context));
                    return engine.answer(request, piece -> {
                        live.add(piece);
                        return !progress.cancelled();
                    });
                })
                .onDone(outcome -> finished(lane, question, request, outcome))
                .onFailed(lane::fail)
                .onCancelled(() -> lane.finish(lane.head()));
        lane.begin(task);
        task.start();
    }

    private void finished(LaneViewModel lane, int question, AnswerRequest request, AnswerOutcome outcome) {
        ChatSession session = lane.session();
        Message answer = session.conversation().add(question, Role.ASSISTANT, outcome.text(), facts(request, outcome));
        lane.finish(answer.number());
        for (LaneViewModel other : lanes) {
            // each version says how many there are
            session.conversation().versions(answer.number()).forEach(other::refresh);
        }
        onAnswer.accept(session, List.of(answer));
    }

    private static AnswerFacts facts(AnswerRequest request, AnswerOutcome outcome) {
        Voice voice = request.voice();
        Path adapter = voice.adapter();
        return new AnswerFacts(
                voice.name(),
                adapter == null ? null : adapter.toString(),
                request.strength(),
                outcome.ending(),
                outcome.promptTokens(),
                outcome.newTokens(),
                outcome.tokensPerSecond(),
                outcome.firstTokenSeconds(),
                request.sampling().seed(),
                outcome.leftOut());
    }
}
