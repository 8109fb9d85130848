import type { ShownSetting } from '../../../../shared/contracts/operator-settings.ts';
import { settingText } from './setting-groups.ts';

type Props = { readonly name: string; readonly settings: readonly ShownSetting[] };

/** One under the other; on a narrow screen the value stands below its name. */
export function SettingsTable({ name, settings }: Props) {
  return (
    <dl className="settings" aria-label={name}>
      {settings.map((setting) => (
        <div key={setting.name} className="setting">
          <dt>
            <span className="mono setting-name">{setting.name}</span>
            {setting.description !== '' && <span className="setting-words">{setting.description}</span>}
          </dt>
          <dd className="numbers">
            <span className="setting-value" data-state={setting.state}>
              {settingText(setting)}
            </span>
            {setting.state === 'default' && <span className="setting-words">default</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
