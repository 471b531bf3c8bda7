import { exampleText } from './example';
import { fillComposer } from './draft';

export function Welcome() {
  return (
    <div className="welcome">
      <h2>Start with a thought.</h2>
      <p>
        Write or paste something. Its concepts appear in the field, related as the text relates them, and turn in phase with what they belong to. Everyone who has
        this link sees the same.
      </p>
      <button type="button" className="example" onClick={() => fillComposer(exampleText)}>
        <span className="example-kind">Try this</span>
        <span className="example-text">{exampleText}</span>
      </button>
    </div>
  );
}
