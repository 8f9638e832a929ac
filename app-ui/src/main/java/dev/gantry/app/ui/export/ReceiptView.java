package dev.gantry.app.ui.export;

import dev.gantry.app.export.ExportOutcome;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.lora.export.ReloadReport.PromptCheck;
import dev.gantry.zoo.export.ExportReceipt.ExportedFile;
import java.util.Locale;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The receipt of an export: where it is, how it compared, how others load it, what its files are.
final class ReceiptView {
    private static final int SHOWN_CHARACTERS = 160;

    private final Texts texts;
    private final ReceiptViewModel model;
    private final Runnable another;
    private final Parent root;

    @FXML
    private Label verdict;

    @FXML
    private Label folder;

    @FXML
    private Label summary;

    @FXML
    private Button open;

    @FXML
    private Button chat;

    @FXML
    private Button add;

    @FXML
    private Button more;

    @FXML
    private VBox checks;

    @FXML
    private Label command;

    @FXML
    private Button copyCommand;

    @FXML
    private TextArea python;

    @FXML
    private Button copyPython;

    @FXML
    private GridPane files;

    @FXML
    private Button copyHashes;

    /// @param another goes back to the form
    ReceiptView(Texts texts, ReceiptViewModel model, Runnable another) {
        this.texts = texts;
        this.model = model;
        this.another = another;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        DoneExport done = model.done();
        ExportOutcome outcome = done.outcome();
        verdict.setText(model.verdict());
        verdict.setGraphic(new IconView(outcome.passed() ? Icon.CHECK : Icon.WARNING));
        verdict.getStyleClass().add(outcome.passed() ? "good" : "warn");
        folder.setText(outcome.receipt().folder().toString());
        summary.setText(texts.format(
                "export.receipt.summary",
                texts.numbers().bytes(outcome.receipt().bytes()),
                outcome.receipt().files().size(),
                outcome.receipt().changedTensors(),
                texts.numbers().duration(done.took())));
        open.setOnAction(event -> model.openFolder());
        chat.setVisible(model.canChat());
        chat.setManaged(model.canChat());
        chat.setOnAction(event -> model.chat());
        add.setOnAction(event -> model.addToModels());
        more.setOnAction(event -> another.run());
        outcome.reload().prompts().forEach(check -> checks.getChildren().add(check(check)));
        command.setText(done.recipe().gantry());
        copyCommand.setOnAction(event -> model.copyCommand());
        python.setText(done.recipe().python().strip());
        python.setPrefRowCount((int) python.getText().lines().count());
        copyPython.setOnAction(event -> model.copyPython());
        outcome.receipt().files().forEach(this::file);
        copyHashes.setOnAction(event -> model.copyHashes());
    }

    private Node check(PromptCheck check) {
        boolean same = check.sameTokens() == check.tokens();
        Label prompt = new Label(check.prompt());
        prompt.getStyleClass().add("strong");
        prompt.setWrapText(true);
        Label answer = new Label(oneLine(check.answer()));
        answer.setWrapText(true);
        Label compared = new Label(
                check.largestLogitDifference() == 0
                        ? texts.format("export.check.equal", check.tokens())
                        : texts.format(
                                "export.check.near",
                                check.sameTokens(),
                                check.tokens(),
                                String.format(Locale.ROOT, "%.1e", check.largestLogitDifference())));
        compared.getStyleClass().addAll("small", "muted");
        compared.setWrapText(true);
        VBox words = new VBox(prompt, answer, compared);
        HBox.setHgrow(words, Priority.ALWAYS);
        // with another token now and then it may still be equal but for rounding
        boolean warns = !same && !model.done().outcome().passed();
        IconView icon = new IconView(warns ? Icon.WARNING : Icon.CHECK);
        icon.getStyleClass().add(same ? "good" : warns ? "warn" : "muted");
        HBox line = new HBox(icon, words);
        line.getStyleClass().add("export-check");
        return line;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private void file(ExportedFile file) {
        Label name = new Label(file.name());
        name.setMinWidth(Region.USE_PREF_SIZE);
        Label size = new Label(texts.numbers().bytes(file.bytes()));
        size.getStyleClass().add("muted");
        size.setMinWidth(Region.USE_PREF_SIZE);
        Label hash = new Label(file.sha256());
        hash.getStyleClass().addAll("mono", "muted", "small");
        hash.setMinWidth(0);
        files.addRow(files.getRowCount(), name, size, hash);
    }

    Parent root() {
        return root;
    }
}
