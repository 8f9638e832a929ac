package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportKind;
import dev.gantry.app.export.Exportable;
import dev.gantry.app.library.Import.Found;
import dev.gantry.app.library.Library;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.zoo.export.ExportReceipt;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// A receipt and what can be done with what it is about.
final class ReceiptViewModel {
    private final Services services;
    private final Texts texts;
    private final DoneExport done;

    ReceiptViewModel(Services services, DoneExport done) {
        this.services = services;
        this.texts = services.texts();
        this.done = done;
    }

    DoneExport done() {
        return done;
    }

    /// Whether what was written answers as what it was made of: the same, the same but for rounding, or differently.
    String verdict() {
        String equal = done.outcome().reload().allTokensSame() ? "good" : "near";
        return texts.get("export.receipt." + (done.outcome().passed() ? equal : "differs"));
    }

    private ExportReceipt receipt() {
        return done.outcome().receipt();
    }

    void openFolder() {
        services.host().open(receipt().folder());
    }

    boolean canChat() {
        return services.navigation().has(ScreenName.CHAT);
    }

    /// Chats with what was written, not with what it was made of.
    void chat() {
        Path folder = receipt().folder();
        services.navigation()
                .go(
                        switch (done.kind()) {
                            case MERGED -> new Destination.ChatWith(folder.toString(), null);
                            case ADAPTER -> new Destination.ChatWith(base().toString(), folder);
                        });
    }

    private Path base() {
        Exportable what = done.what();
        return what.model().path();
    }

    /// Enters it in the list of models, by reference.
    void addToModels() {
        Library library = new Library(services.home(), services.catalog(), services.clock());
        services.tasks()
                .task(
                        texts.get("export.adding"),
                        progress -> library.add(receipt().folder(), progress))
                .onDone(this::added)
                .start();
    }

    private void added(Found found) {
        String shown = done.kind() == ExportKind.MERGED ? found.name() : "";
        services.notices()
                .info(
                        texts.format("export.added", found.name()),
                        new Choice(
                                texts.get("export.added.show"),
                                () -> services.navigation().go(new Destination.ShowModel(shown))));
    }

    void copyCommand() {
        copy(done.recipe().gantry());
    }

    void copyPython() {
        copy(done.recipe().python());
    }

    /// In the format that `sha256sum --check` reads.
    void copyHashes() {
        copy(receipt().files().stream()
                .map(file -> file.sha256() + "  " + file.name())
                .collect(Collectors.joining("\n", "", "\n")));
    }

    private void copy(String text) {
        services.host().copy(text);
        services.notices().info(texts.get("export.on-clipboard"));
    }
}
